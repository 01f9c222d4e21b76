//! Computers, by Jamf Pro's inventory.
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use wire::{COMPUTER, INVENTORY, device, filter};

use crate::domain::case_folding::fold;
use crate::domain::{Code, Cursor, Page, Problem, Query, Untrusted};
use crate::provider::BoxFuture;
use crate::provider::apple_mdm::inventory::Device;
use crate::provider::apple_mdm::server::Devices;
use crate::provider::json::Object;
use crate::provider::paging::each_page;

use super::{INVENTORIES, Jamf, MOST_LOOKED_THROUGH, PAGE, SECTIONS, wire};

impl Jamf {
    /// One page of the inventory, at the newest address that the server has.
    async fn inventory(&self, number: usize, filter: Option<&str>) -> Result<Devices, Problem> {
        let filter = filter.map(|filter| format!("&filter={}", Untrusted::from(filter).url())).unwrap_or_default();
        let query = format!("{SECTIONS}&page={number}&page-size={PAGE}{filter}");
        let known = self.inventory.load(Ordering::Relaxed);
        let mut last = None;
        for (at, path) in INVENTORIES.iter().enumerate().skip(known) {
            match self.client.get(self.client.url(&format!("{path}?{query}")), &INVENTORY).await {
                Ok(page) => {
                    self.inventory.store(at, Ordering::Relaxed);
                    return Ok(self.page_of(&page, number));
                }
                Err(problem) if matches!(problem.code, Code::NotFound | Code::Unsupported) => last = Some(problem),
                Err(problem) => return Err(problem),
            }
        }
        Err(last.unwrap_or_else(|| self.client.spec.odd("no inventory")))
    }

    fn page_of(&self, page: &Object, number: usize) -> Devices {
        let list = page.list("results");
        let full = list.len() >= PAGE;
        let more = full && page.count("totalCount").is_none_or(|total| total as usize > (number + 1) * PAGE);
        let mut devices = Devices { next: more.then(|| Cursor((number + 1).to_string().into())), ..Devices::default() };
        let found = self.client.spec.rows(list, &COMPUTER);
        devices.extend(found.into_iter().map(|computer| Ok(device(&computer?))));
        devices
    }

    pub(super) async fn page(&self, query: &Query, from: Option<&Cursor>) -> Result<Devices, Problem> {
        let number = Cursor::number(from);
        if query.text.is_blank() {
            return self.inventory(number, None).await;
        }
        match self.inventory(number, Some(&filter(query))).await {
            // Which of these fields can be filtered by isn't documented: then everybody is looked through.
            Err(problem) if problem.code == Code::BadRequest => self.look_through(query).await,
            answer => answer,
        }
    }

    async fn look_through(&self, query: &Query) -> Result<Devices, Problem> {
        let text = fold(query.text.as_data());
        let fits = |device: &Device| {
            let owner = &device.owner;
            let names = [&owner.username, &owner.email, &owner.name].into_iter().flatten().chain(&device.aliases);
            names.into_iter().any(|name| fold(name.as_data()).contains(&text))
        };
        let (all, mut looked_at) = (Mutex::new(Devices::default()), 0u64);
        let fetch = |from: Option<Cursor>| -> BoxFuture<'_, Result<Page, Problem>> {
            Box::pin(async {
                let from = from;
                let page = self.inventory(Cursor::number(from.as_ref()), None).await?;
                let count = (page.macs.len() + page.problems.len()) as u64;
                let mut all = all.lock();
                all.macs.extend(page.macs.into_iter().filter(fits));
                all.problems.extend(page.problems);
                Ok(Page { next: page.next, looked_at: count, ..Page::default() })
            })
        };
        let take = |page: Page| {
            looked_at += page.looked_at;
            if looked_at >= MOST_LOOKED_THROUGH { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let read = each_page(fetch, take).await;
        let mut all = std::mem::take(&mut *all.lock());
        match read {
            // What was found before a list that doesn't end stands.
            Err(problem) if problem.code == Code::Incomplete => all.problems.push(problem),
            read => read?,
        }
        if looked_at >= MOST_LOOKED_THROUGH {
            all.problems.push(Problem::new(
                Code::Incomplete,
                "Jamf Pro has more Macs than were looked through",
                format!("it can't filter by people, and {looked_at} were read one by one"),
                "search by the Mac's serial number, or name the person in a map",
            ));
        }
        Ok(all)
    }

    pub(super) async fn computer(&self, udid: &Untrusted) -> Result<Option<Device>, Problem> {
        let found = self.inventory(0, Some(&format!("udid=={}", udid.rsql()))).await?;
        Ok(found.macs.into_iter().find(|mac| mac.id.same_name(udid.as_data())))
    }
}
