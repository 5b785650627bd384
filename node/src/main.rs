//! The `top-node` binary; see the library of the same name.

/// A node allocates and frees many small objects on many threads: the system's allocator would keep several times the
/// memory in use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
	top_node::main()
}
