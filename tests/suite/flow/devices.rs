//! A device is waited for.

use std::time::Duration;

use unbolt::domain::*;
use unbolt::flow::unlock::{ConfirmedUnlock, UnlockFlow};
use unbolt::flow::{UnlockCall, UnlockEvent};

use super::*;

#[test]
fn a_device_is_waited_for_and_what_it_says_is_told_once() {
    let asked = ConfirmedUnlock { opens_unreported: true, ..request(false) };
    let not_now = || ReportedStep::new(StepState::NotNow, "not now");
    let waiting = |progress: Vec<ReportedStep>| {
        let polled =
            PollResult { progress, ..PollResult::seen("", PollStatus::Waiting(Duration::from_secs(1), None), None) };
        UnlockEvent::Polled(Box::new(polled))
    };
    let (mut flow, _) = UnlockFlow::start(asked, PATIENCE, at(0));
    flow.handle(at(0), read(unreported()));
    flow.handle(at(0), recorded(1));
    let queued = vec![ReportedStep::new(StepState::Queued, "q"), ReportedStep::new(StepState::Pushed, "p")];
    let calls = flow.handle(at(1), UnlockEvent::Answered(UnlockReply::Queued(queued, Some("handle".into())), None));
    assert!(matches!(&calls[..], [UnlockCall::Verify(open)] if open.handle.as_ref().unwrap().as_data() == "handle"));
    assert!(flow.waits_for_device());
    flow.handle(at(1), waiting(vec![not_now()]));
    assert_eq!(flow.tick(at(2)).len(), 1);
    flow.handle(at(2), waiting(vec![not_now()]));
    // A webhook: it looks at once, and not only when its time has come.
    assert_eq!(flow.heard(at(2)).len(), 1);
    assert!(flow.heard(at(2)).is_empty(), "it is looking already");
    let done = PollResult {
        progress: vec![not_now(), ReportedStep::new(StepState::Acknowledged, "done")],
        ..PollResult::seen("", PollStatus::Ended(Outcome::Acknowledged, None), None)
    };
    let calls = flow.handle(at(2), UnlockEvent::Polled(Box::new(done)));
    assert_eq!(calls.iter().map(name).collect::<Vec<_>>(), ["close acknowledged"]);
    let states: Vec<&str> = flow.steps().iter().map(|step| step.state.word()).collect();
    assert_eq!(states, ["asked", "read", "recorded", "sent", "queued", "pushed", "not_now", "acknowledged"]);
}
