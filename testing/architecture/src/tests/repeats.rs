use super::Checkout;
use crate::{mocks, repeats, runtimes};

const FUNCTION: &str = "\
fn balance(account: &Account, state: &State) -> Result<Balance, Error> {
	let record = state.accounts.get(account).ok_or(Error::NoAccount)?;
	let locked = record.locks.iter().map(|lock| lock.amount).sum();
	// A comment is no line of code.
	let free = record.free.checked_sub(locked).ok_or(Error::Locked)?;
	let limit = state.limits.get(account).copied().unwrap_or_default();
	ensure!(free > limit, Error::Limit);
	Ok(free)
}
";

fn found(name: &str, files: &[(&str, &str)]) -> Vec<String> {
	let checkout = Checkout::new(name, files);
	repeats(checkout.path()).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn equal_lines_are_found_once() {
	let second = format!("use other::Thing;\n\n{FUNCTION}");
	assert_eq!(found("equal", &[("a.rs", FUNCTION), ("b.rs", &second)]), ["a.rs:1-8 = b.rs:3-10 (7 lines)"]);
}

#[test]
fn names_that_are_exchanged_consistently_are_found() {
	let renamed = FUNCTION.replace("record", "entry").replace("free", "usable");
	assert_eq!(found("renamed", &[("a.rs", FUNCTION), ("b.rs", &renamed)]), ["a.rs:1-8 = b.rs:1-8 (7 lines)"]);
	// Other roles of the same names are other code.
	let mixed = FUNCTION.replace("ensure!(free > limit", "ensure!(limit > free");
	assert_eq!(found("mixed", &[("a.rs", FUNCTION), ("b.rs", &mixed)]), Vec::<String>::new());
}

#[test]
fn a_list_of_lines_of_one_shape_is_one_repeat() {
	let list: String = (0..30).map(|_| "balances.add(account, amount(step), limit)?;\n").collect();
	assert_eq!(found("list", &[("a.rs", &list), ("b.rs", &list)]).len(), 3, "within each, and between them");
}

#[test]
fn boilerplate_is_no_repeat() {
	let runtime = "use a::{\n\tb,\n\tc,\n\td,\n\te,\n\tf,\n\tg,\n};\n#[frame_support::runtime]\nmod runtime {\n\tpub type A = a::Pallet<Test>;\n\tpub type B = b::Pallet<Test>;\n\tpub type C = c::Pallet<Test>;\n\tpub type D = d::Pallet<Test>;\n\tpub type E = e::Pallet<Test>;\n\tpub type F = f::Pallet<Test>;\n}\n";
	assert_eq!(found("boilerplate", &[("a.rs", runtime), ("b.rs", runtime)]), Vec::<String>::new());
	assert_eq!(
		found("generated", &[("a/src/weights/measured.rs", FUNCTION), ("b/src/weights/measured.rs", FUNCTION)]),
		Vec::<String>::new()
	);
	let prescribed =
		format!("impl SubstrateCli for Cli {{\n{FUNCTION}}}\nsp_api::impl_runtime_apis! {{\n{FUNCTION}}}\n");
	assert_eq!(found("prescribed", &[("a.rs", &prescribed), ("b.rs", &prescribed)]), Vec::<String>::new());
}

#[test]
fn lengths_count_whole_mocks_and_runtimes_without_tests() {
	let checkout = Checkout::new(
		"sizes",
		&[
			("pallets/a/src/mock.rs", "1\n2\n"),
			("pallets/a/src/mock/log.rs", "3\n"),
			("runtime/main/src/lib.rs", "1\n2\n"),
			("runtime/main/src/tests/one.rs", "3\n"),
			("runtime/common/src/lib.rs", "1\n"),
			("templates/chain/runtime/src/lib.rs", "1\n"),
		],
	);
	let shown = |lines: std::collections::BTreeMap<String, usize>| format!("{lines:?}");
	assert_eq!(shown(mocks(checkout.path()).unwrap()), r#"{"pallets/a/src": 3}"#);
	assert_eq!(shown(runtimes(checkout.path()).unwrap()), r#"{"runtime/main": 2, "templates/chain/runtime": 1}"#);
}
