//! The published schema and the page on records are made from the types that write and read them.

use serde_json::Value;

use super::envelope::Envelope;

fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Envelope>().to_value()
}

/// Compares a file with what it should hold; writes it where snapshots are renewed.
fn is_published(path: &str, text: &str) {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(&path, text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == text, "{path} is not what the types say: run this test with INSTA_UPDATE=always");
}

#[test]
fn the_published_schema_is_made_from_these_types() {
    is_published("assets/schemas/ledger_record.json", &(serde_json::to_string_pretty(&schema()).unwrap() + "\n"));
}

/// The kinds of records and their members, as the page has them.
fn kinds(schema: &Value) -> String {
    let line = |value: &Value| value["description"].as_str().unwrap_or_default().replace('\n', " ");
    let mut text = String::new();
    for kind in schema["$defs"]["EventLine"]["oneOf"].as_array().unwrap() {
        let name = kind["properties"]["record"]["const"].as_str().unwrap();
        if name == "other" {
            continue;
        }
        text += &format!("### `{name}`\n\n{}\n\n", line(kind));
        let referred = kind["$ref"].as_str().map(|path| &schema["$defs"][path.rsplit('/').next().unwrap()]);
        let members = referred.unwrap_or(kind)["properties"].as_object().unwrap();
        let members: Vec<_> = members.iter().filter(|(name, _)| *name != "record").collect();
        text += "| member | holds |\n|---|---|\n";
        for (name, member) in members {
            text += &format!("| `{name}` | {} |\n", line(member));
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_page_lists_every_kind_of_record_with_its_members() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/docs/ledger.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("by `unmapped.unbolt.record`:\n\n").unwrap();
    let (_, after) = rest.split_once("## What verify finds").unwrap();
    let text = format!("{before}by `unmapped.unbolt.record`:\n\n{}## What verify finds{after}", kinds(&schema()));
    is_published("assets/docs/ledger.md", &text);
}
