use super::*;

type Ends<'a> = Vec<(Outcome, Option<&'a Problem>, Option<usize>)>;

fn failed(code: Code) -> Problem {
    // The status decides nothing: a 401 may mean a missing right.
    Problem { http_status: Some(401), ..Problem::new(code, "x", "", "") }
}

#[test]
fn each_rule_stops_a_run_and_nothing_else_does() {
    let (bad, login, right) = (failed(Code::Server), failed(Code::Login), failed(Code::Forbidden));
    let ledger = Problem::new(Code::Ledger, "x", "", "");
    let good = (Outcome::Unlocked, None, None);
    let mut nineteen = vec![good; 17];
    nineteen.extend([(Outcome::Failed, Some(&bad), None), (Outcome::Failed, Some(&bad), None)]);
    let mut share = nineteen.clone();
    share.extend([good, (Outcome::Failed, Some(&bad), None)]);
    let cases: Vec<(Ends<'_>, Option<&str>)> = vec![
        (vec![(Outcome::Refused, Some(&ledger), None)], Some("ledger")),
        (vec![(Outcome::Failed, Some(&login), None)], Some("login was refused")),
        (vec![(Outcome::Failed, Some(&right), Some(1))], Some("may not unlock")),
        (vec![(Outcome::Failed, Some(&right), None)], None),
        (
            vec![(Outcome::Failed, Some(&right), None), good, (Outcome::Failed, Some(&right), None)],
            Some("may not unlock"),
        ),
        (vec![(Outcome::Failed, Some(&bad), None); 3], Some("one after the other")),
        (
            vec![
                (Outcome::Failed, Some(&bad), None),
                good,
                (Outcome::Failed, Some(&bad), None),
                (Outcome::Unknown, None, None),
            ],
            None,
        ),
        (vec![(Outcome::Failed, Some(&bad), Some(0))], Some("the first row failed")),
        (vec![(Outcome::Failed, Some(&bad), Some(1))], None),
        (nineteen, None),
        (share, Some("3 of 21 rows failed")),
    ];
    for (ends, expected) in cases {
        let mut rules = AbortTally::default();
        let stop = ends.iter().find_map(|(outcome, problem, canary)| rules.take(*outcome, *problem, *canary));
        match expected {
            None => assert_eq!(stop, None),
            Some(words) => assert!(stop.as_ref().is_some_and(|stop| stop.contains(words)), "{words}: {stop:?}"),
        }
    }
}
