use super::*;

#[test]
fn quotes_and_backslashes_stay_inside_the_value() {
    let query = Query::new(r#"a" or username sw "\"#, MatchMode::Exact);
    let filter = filter(&query).unwrap();
    assert!(filter.starts_with(r#"username eq "a\" or username sw \"\\" or email eq "#), "{filter}");
}

#[test]
fn two_words_match_a_name_in_either_order() {
    let filter = filter(&Query::new(" ada  lovelace ", MatchMode::Prefix)).unwrap();
    assert!(filter.contains(r#"(name.given sw "ada" and name.family sw "lovelace")"#), "{filter}");
    assert!(filter.contains(r#"(name.family sw "ada" and name.given sw "lovelace")"#), "{filter}");
}

#[test]
fn an_id_is_asked_for_only_where_it_can_be_one() {
    assert!(!filter(&Query::new("ada", MatchMode::Exact)).unwrap().contains("id eq"));
    assert!(
        filter(&Query::new("f0a13f5d-3314-49c8-aede-86a059461728", MatchMode::Exact)).unwrap().contains(" or id eq ")
    );
}
