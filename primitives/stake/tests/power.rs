//! The factor of proved computing power, and what hired machines gain by it.

use tp_stake::Power;

fn power(lanes: u32, required: u32) -> u16 {
	Power::of_lanes(lanes, required).ten_thousandths()
}

#[test]
fn the_factor_is_linear_up_to_twice_the_requirement() {
	let cases = [(0, 8_000), (1, 8_003), (256, 9_000), (512, 10_000), (768, 11_000), (1_024, 12_000), (1_025, 12_000)];
	for (lanes, factor) in cases {
		assert_eq!(power(lanes, 512), factor, "{lanes} of 512 lanes");
	}
	assert_eq!([power(u32::MAX, 1), power(1, 0), power(0, 0)], [12_000, 10_000, 8_000]);
	assert_eq!((Power::MIN.ten_thousandths(), Power::MAX.ten_thousandths()), (8_000, 12_000));
	assert_eq!(Power::default(), Power::MIN);
}

/// The attack: a hired machine proves the most for each of the attacker's nodes, and no other node proves anything.
#[test]
fn hired_machines_gain_half_as_much_weight_again_and_no_more() {
	let gain = f64::from(power(1_024, 512)) / f64::from(power(0, 512));
	println!("a proof of the most lanes multiplies weight by {gain:.2}, by 3.00 with a factor of 0.5 to 1.5");
	assert!((gain - 1.5).abs() < 1e-9);
	// An attacker with a tenth of all stake weighs as much as this part of it.
	let part = 0.1 * gain / (0.1 * gain + 0.9);
	println!("a tenth of the stake weighs as {:.1} % of it, as 25.0 % before", 100.0 * part);
	assert!(part < 0.15);
}
