//! One call that submits payments to one node.

use crate::network::sign::By;
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use top_sdk::{
	reports::{UnitReport, UnitStatus},
	Error, RpcClient,
};

/// The most payments of one call.
pub const CALL_PAYMENTS: usize = 100;

/// The beginnings of what a node says of an extrinsic that it has, or that is in a block.
const HAS_IT: [&str; 4] = ["already imported", "Already Imported", "temporarily banned", "outdated"];
/// The reason of a call that failed.
const NO_ANSWER: &str = "noAnswer";

/// Submits payments of one kind; returns for each why the node refuses it, or `None` if it has it.
pub async fn submit(client: &RpcClient, by: By, payments: Vec<Vec<u8>>) -> Vec<Option<String>> {
	let count = payments.len();
	let answer = match by {
		By::Unit => {
			let units: Vec<Bytes> = payments.into_iter().map(Bytes).collect();
			let reports = client.request::<Vec<UnitReport>>("lattice_submit", rpc_params![units]).await;
			reports.map(|reports| reports.iter().map(unit_refused).collect::<Vec<_>>())
		},
		By::Extrinsic => client.submit_all(&payments).await.map(|refused| extrinsics_refused(count, refused)),
	};
	match answer {
		Ok(answers) if answers.len() == count => answers,
		Ok(_) | Err(Error::Answer { .. }) => vec![Some("unreadable".into()); count],
		Err(Error::Refused { message, .. }) => vec![Some(message); count],
		Err(_) => vec![Some(NO_ANSWER.into()); count],
	}
}

/// Returns why a unit is refused.
fn unit_refused(report: &UnitReport) -> Option<String> {
	match report.status {
		UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Final => None,
		status => {
			let code = report.reason.as_ref().and_then(|reason| serde_json::to_value(&reason.code).ok());
			let code = code.as_ref().and_then(serde_json::Value::as_str).map(str::to_owned);
			Some(code.unwrap_or_else(|| format!("{status:?}")))
		},
	}
}

fn extrinsics_refused(count: usize, refused: Vec<(usize, String)>) -> Vec<Option<String>> {
	let mut answers = vec![None; count];
	for (place, reason) in refused {
		let has_it = HAS_IT.iter().any(|words| reason.contains(words));
		if let (false, Some(answer)) = (has_it, answers.get_mut(place)) {
			*answer = Some(reason);
		}
	}
	answers
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_a_node_has_is_not_refused() {
		let refused = vec![
			(0, "Transaction already imported".to_owned()),
			(2, "Invalid Transaction: Transaction is outdated".to_owned()),
			(3, "Priority is too low".to_owned()),
			(9, "no such place".to_owned()),
		];
		let answers = extrinsics_refused(4, refused);
		assert_eq!(answers, [None, None, None, Some("Priority is too low".to_owned())]);
	}

	#[test]
	fn a_unit_is_refused_for_a_reason() {
		let report = |json: serde_json::Value| serde_json::from_value::<UnitReport>(json).unwrap();
		let hash = format!("0x{}", "07".repeat(32));
		let ready = report(serde_json::json!({ "hash": hash, "status": "ready" }));
		let full = serde_json::json!({ "code": "poolFull", "message": "the pool is full" });
		let dropped = report(serde_json::json!({ "hash": hash, "status": "dropped", "reason": full }));
		let unknown = report(serde_json::json!({ "hash": hash, "status": "unknown" }));
		assert_eq!(unit_refused(&ready), None);
		assert_eq!(unit_refused(&dropped).as_deref(), Some("poolFull"));
		assert_eq!(unit_refused(&unknown).as_deref(), Some("Unknown"));
	}
}
