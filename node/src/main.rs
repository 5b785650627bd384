//! The `top-node` binary; see the library of the same name.

/// Nodes make and drop many small things on many threads: the system's allocator would keep several times the memory that
/// is in use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
	top_node::main()
}
