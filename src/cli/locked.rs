//! `unbolt locked`: who is locked now, in every provider, as pages arrive.

use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::domain::{Account, Cursor, Kind, Problem, ProviderName, Untrusted};
use crate::flow::people::people;
use crate::provider::Provider;

use super::args::{Cli, Locked};
use super::console::{out, say};
use super::exit::Exit;
use super::{find, json, setup};

/// What a kind's list can't see.
const BLIND_SPOTS: [(Kind, &str); 4] = [
    (
        Kind::PingOne,
        "no filter lists the locked, so everybody was paged through; locks of the password layer alone are not in the list",
    ),
    (Kind::JumpCloud, "the search may lag behind by seconds"),
    (Kind::Adaxes, "at most 200 with a lockout time; one domain controller's view"),
    (Kind::AppleMdm, "MDM reports no lock state: nobody can be listed"),
];

enum News {
    Account(Box<Account>),
    Problem(ProviderName, Problem),
    Paged(ProviderName, u64, Option<u64>),
    Done(ProviderName, Kind, usize),
}

pub fn run(cli: &Cli, arguments: &Locked) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let listing = async {
        let (tell, mut news) = mpsc::unbounded_channel();
        let asking = join_all(core.providers().iter().map(|provider| list(provider.as_ref(), tell.clone())));
        drop(tell);
        let telling = async {
            let (mut accounts, mut failed) = (Vec::new(), false);
            if arguments.csv {
                out("provider,username,email,id,cause,since,until,bad_logins");
            }
            while let Some(one) = news.recv().await {
                match one {
                    News::Account(account) => {
                        line(&account, arguments);
                        accounts.push(*account);
                    }
                    News::Problem(name, problem) => {
                        failed = true;
                        say(&format!("{name}: {problem}"));
                    }
                    News::Paged(name, seen, total) => {
                        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                        say(&format!("{name}: {seen}{of} looked through"));
                    }
                    News::Done(name, kind, count) => {
                        let blind = BLIND_SPOTS.iter().find(|row| row.0 == kind).map_or("", |row| row.1);
                        say(&format!("{name}: {count} locked; {blind}"));
                    }
                }
            }
            (accounts, failed)
        };
        let (_, result) = tokio::join!(asking, telling);
        result
    };
    let (accounts, failed) = match setup::with_core(&core, listing) {
        Ok(result) => result,
        Err(exit) => return exit,
    };
    if arguments.json {
        let own = |key: &crate::domain::AccountKey| accounts.iter().find(|account: &&Account| account.key == *key);
        let people: Vec<Value> = people(&accounts, core.joining())
            .iter()
            .map(|person| json::person(person, &person.accounts.iter().filter_map(own).collect::<Vec<_>>()))
            .collect();
        json::print(&Value::from(people));
    }
    match (failed, accounts.is_empty()) {
        (false, _) => Exit::Done,
        (true, true) => Exit::Failed,
        (true, false) => Exit::Mixed,
    }
}

/// Pages through one provider's list; each provider goes at its own pace.
async fn list(provider: &dyn Provider, tell: mpsc::UnboundedSender<News>) {
    let (name, kind) = (provider.about().name.clone(), provider.about().kind);
    let (mut from, mut count, mut pages, mut seen): (Option<Cursor>, usize, u64, u64) = (None, 0, 0, 0);
    loop {
        match provider.locked(from.as_ref()).await {
            Ok(page) => {
                pages += 1;
                count += page.accounts.len();
                seen += page.looked_at;
                for account in page.accounts {
                    let _ = tell.send(News::Account(Box::new(account)));
                }
                for problem in page.problems {
                    let _ = tell.send(News::Problem(name.clone(), problem));
                }
                if pages % 10 == 0 {
                    let _ = tell.send(News::Paged(name.clone(), seen, page.total));
                }
                from = page.next;
            }
            Err(problem) => {
                let _ = tell.send(News::Problem(name, problem));
                return;
            }
        }
        if from.is_none() {
            let _ = tell.send(News::Done(name, kind, count));
            return;
        }
    }
}

fn line(account: &Account, arguments: &Locked) {
    if arguments.jsonl {
        json::print(&json::account(account));
    } else if arguments.csv {
        let lock = json::account(account);
        let field = |pointer: &str| lock.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let email = account.email.as_ref().map(Untrusted::csv).unwrap_or_default();
        let row = [
            account.key.provider.to_string(),
            account.username.csv(),
            email,
            account.key.id.csv(),
            field("/lock/cause"),
            field("/lock/since"),
            field("/lock/until"),
            account.bad_logins.words(),
        ];
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        if writer.write_record(&row).is_ok()
            && let Ok(bytes) = writer.into_inner()
        {
            out(String::from_utf8_lossy(&bytes).trim_end());
        }
    } else if !arguments.json {
        out(&find::line(account));
    }
}
