//! The `top-node` binary; see the library of the same name.

fn main() -> std::process::ExitCode {
	top_node::main()
}
