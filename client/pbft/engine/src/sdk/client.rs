//! What the engine needs of the SDK's client and backend.

use sc_client_api::{AuxStore, Backend, BlockBackend, BlockchainEvents, HeaderBackend};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_block_builder::BlockBuilder;
use tp_core::Block;
use tp_pbft::{ContactsApi, PbftApi};

/// The SDK's client.
pub trait LedgerClient:
	HeaderBackend<Block>
	+ BlockBackend<Block>
	+ BlockchainEvents<Block>
	+ AuxStore
	+ ProvideRuntimeApi<Block, Api: BlockBuilder<Block> + PbftApi<Block> + ContactsApi<Block> + ApiExt<Block> + Send>
	+ Send
	+ Sync
	+ 'static
{
}

impl<C> LedgerClient for C where
	C: HeaderBackend<Block>
		+ BlockBackend<Block>
		+ BlockchainEvents<Block>
		+ AuxStore
		+ ProvideRuntimeApi<Block, Api: BlockBuilder<Block> + PbftApi<Block> + ContactsApi<Block> + ApiExt<Block> + Send>
		+ Send
		+ Sync
		+ 'static
{
}

/// The SDK's backend.
pub trait LedgerBackend: Backend<Block> + 'static {}
impl<B: Backend<Block> + 'static> LedgerBackend for B {}
