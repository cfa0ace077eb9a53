//! Whether what was declared can be: shapes of words, references between tables, dates, doubles.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: it finds every problem and not only the
//! first; the smallest member that a rule reads as a whole is set aside, never one element of a list, for a list that
//! lacks an element would be judged as if it were complete.

use std::collections::{BTreeMap, BTreeSet};

use super::form::{Airlock, Dataset, Dspt, Form, Network, Project};
use super::limits::BOUNDS;
use super::lines::{Lines, member};
use super::problem::Problem;
use super::value::OneOrMany;
use super::words::{self, Word};

/// What the check found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    /// Paths that count as not declared.
    pub(super) set_aside: BTreeSet<String>,
}

/// Checks a form and takes out of it what cannot be. `personas` are the problems of personas that nobody knows.
pub(super) fn check(form: &mut Form, lines: &Lines, personas: Vec<Problem>) -> Findings {
    let mut checker = Checker { lines, found: Findings::default() };
    checker.tre(form);
    checker.personas(form);
    if !personas.is_empty() {
        // Of whom the unknown one spoke is not known, so that no persona can be told from it.
        form.personas = None;
        checker.found.set_aside.insert("personas".to_owned());
        checker.found.problems.extend(personas);
    }
    if let Some(airlock) = &mut form.airlock {
        checker.airlock(airlock);
    }
    if let Some(network) = &mut form.network {
        checker.network(network);
    }
    checker.bounds(form);
    checker.plain_tables(form);
    if let Some(dspt) = &mut form.dspt {
        checker.dspt(dspt);
    }
    checker.registers(form);
    checker.found
}

struct Checker<'a> {
    lines: &'a Lines,
    found: Findings,
}

impl Checker<'_> {
    /// Notes a problem at `at` without setting anything aside.
    fn note(&mut self, at: &str, text: String, help: String) {
        let problem = Problem { place: self.lines.place(at), text, help, span: self.lines.span(at), fatal: false };
        self.found.problems.push(problem);
    }

    /// Notes a problem at `at` and sets `aside` aside.
    fn aside(&mut self, at: &str, aside: &str, text: String, help: &str) {
        let help = format!("{help} Until then {aside} counts as not declared.");
        self.note(at, text, help.trim().to_owned());
        self.found.set_aside.insert(aside.to_owned());
    }

    /// Notes every bad word of a list; whether all were good.
    fn words(&mut self, path: &str, aside: &str, list: &[String], word: Word) -> bool {
        let mut good = true;
        for (index, text) in list.iter().enumerate() {
            if let Err(fault) = word(text) {
                // A single text that stands for a list has no element of its own.
                self.aside(&format!("{path}[{index}]"), aside, fault.text, &fault.help);
                good = false;
            }
        }
        good
    }

    fn list(&mut self, path: &str, list: &mut Option<Vec<String>>, word: Word) {
        if let Some(words) = list.as_deref()
            && !self.words(path, path, words, word)
        {
            *list = None;
        }
    }

    fn many(&mut self, path: &str, list: &mut Option<OneOrMany>, word: Word) {
        if let Some(words) = list.as_ref()
            && !self.words(path, path, &words.0, word)
        {
            *list = None;
        }
    }

    fn text(&mut self, path: &str, text: &mut Option<String>, word: Word) {
        if let Some(Err(fault)) = text.as_deref().map(word) {
            self.aside(path, path, fault.text, &fault.help);
            *text = None;
        }
    }

    fn tre(&mut self, form: &mut Form) {
        let Some(tre) = &mut form.tre else { return };
        self.text("tre.name", &mut tre.name, words::prose);
        self.list("tre.regions", &mut tre.regions, words::region);
        self.text("tre.ou", &mut tre.ou, words::unit);
        self.list("tre.res", &mut tre.res, words::environment);
        let mut good = true;
        for (role, ids) in tre.accounts.iter().flatten() {
            let path = member("tre.accounts", role);
            good &= self.words(&path, "tre.accounts", &ids.0, words::account);
            if !words::ACCOUNT_ROLES.contains(&role.as_str()) {
                self.note(
                    &path,
                    format!("No rule reads accounts of the role \"{role}\"."),
                    format!(
                        "They are in scope all the same. Roles that rules read: {}.",
                        words::ACCOUNT_ROLES.join(", ")
                    ),
                );
            }
        }
        if !good {
            tre.accounts = None;
        }
        if let Some(tags) = &mut tre.tags {
            self.text("tre.tags.project", &mut tags.project, words::prose);
            self.text("tre.tags.role", &mut tags.role, words::prose);
            self.text("tre.tags.class", &mut tags.class, words::prose);
        }
    }

    fn personas(&mut self, form: &mut Form) {
        let Some(p) = &mut form.personas else { return };
        for (name, list) in [
            ("lead_researcher", &mut p.lead_researcher),
            ("researcher", &mut p.researcher),
            ("data_manager", &mut p.data_manager),
            ("ig_manager", &mut p.ig_manager),
            ("output_checker", &mut p.output_checker),
            ("operator", &mut p.operator),
            ("release", &mut p.release),
            ("ingest", &mut p.ingest),
            ("project_manager", &mut p.project_manager),
            ("information_asset_owner", &mut p.information_asset_owner),
            ("backup", &mut p.backup),
        ] {
            self.list(&member("personas", name), list, words::persona);
        }
    }

    fn airlock(&mut self, airlock: &mut Airlock) {
        self.list("airlock.ingress", &mut airlock.ingress, words::store);
        self.list("airlock.request", &mut airlock.request, words::store);
        self.list("airlock.review", &mut airlock.review, words::store);
        self.list("airlock.outbound", &mut airlock.outbound, words::store);
        self.list("airlock.rejected", &mut airlock.rejected, words::store);
        self.text("airlock.records", &mut airlock.records, words::table);
        self.many("airlock.scanner", &mut airlock.scanner, words::plain);
        self.paths(airlock);
        self.overlaps(airlock);
    }

    fn paths(&mut self, airlock: &mut Airlock) {
        let mut good = true;
        for (index, pair) in airlock.paths.iter().flatten().enumerate() {
            let at = format!("airlock.paths[{index}]");
            let known = words::STAGES.join(", ");
            let mut refuse = |at: &str, text: String| {
                self.aside(at, "airlock.paths", text, &format!("A path is two of: {known}."));
                good = false;
            };
            for (end, stage) in pair.iter().enumerate() {
                if !words::STAGES.contains(&stage.as_str()) {
                    refuse(&format!("{at}[{end}]"), format!("\"{stage}\" is no stage of the airlock."));
                }
            }
            match pair.as_slice() {
                [from, to] if from == to => refuse(&at, format!("This path goes from {from} to itself.")),
                [_, _] => {}
                _ => refuse(&at, format!("This path has {} ends.", pair.len())),
            }
        }
        if !good {
            airlock.paths = None;
        }
    }

    /// Of a store in two stages nobody can say what it is for, so neither stage is known.
    fn overlaps(&mut self, airlock: &mut Airlock) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut aside: BTreeSet<&str> = BTreeSet::new();
        for (stage, stores) in airlock.stages() {
            for (index, store) in stores.iter().flatten().enumerate() {
                let first = *seen.entry(store.clone()).or_insert(stage);
                if first == stage {
                    continue;
                }
                aside.extend([first, stage]);
                self.note(
                    &format!("airlock.{stage}[{index}]"),
                    format!("{store} stands in {first} and in {stage}."),
                    format!(
                        "One store cannot be two stages: what waits for review could be taken as released. Give each stage \
                         its own. Until then airlock.{first} and airlock.{stage} count as not declared."
                    ),
                );
            }
        }
        for stage in aside {
            self.found.set_aside.insert(format!("airlock.{stage}"));
            if let Some(stores) = airlock.stage_mut(stage) {
                *stores = None;
            }
        }
    }

    fn network(&mut self, network: &mut Network) {
        self.list("network.workspace", &mut network.workspace, words::subnet);
        self.list("network.data", &mut network.data, words::subnet);
        self.list("network.allowed", &mut network.allowed, words::plain);
        self.list("network.broker", &mut network.broker, words::plain);
        self.list("network.broker_encrypted", &mut network.broker_encrypted, words::plain);
        self.list("network.management", &mut network.management, words::plain);
        self.list("network.endpoints", &mut network.endpoints, words::endpoint);
        self.list("network.vpcs", &mut network.vpcs, words::vpc);
        self.list("network.inspection", &mut network.inspection, words::plain);
        self.list("network.tls_policies", &mut network.tls_policies, words::plain);
        self.list("network.resolvers", &mut network.resolvers, words::plain);
        self.list("network.dns_allow", &mut network.dns_allow, words::plain);
        self.many("network.flow_log_destination", &mut network.flow_log_destination, words::log_destination);
        let mut good = true;
        for (index, port) in network.egress_ports.iter().flatten().enumerate() {
            if !(1..=65_535).contains(port) {
                let at = format!("network.egress_ports[{index}]");
                self.aside(&at, "network.egress_ports", format!("{port} is no port."), "Ports run from 1 to 65535.");
                good = false;
            }
        }
        if !good {
            network.egress_ports = None;
        }
        for (index, subnet) in network.data.iter().flatten().enumerate() {
            if network.workspace.iter().flatten().any(|w| w == subnet) {
                self.note(
                    &format!("network.data[{index}]"),
                    format!("{subnet} is declared as a subnet of workspaces and of data."),
                    "Rules of both kinds are applied to it; give data its own subnets, or take it out of one list."
                        .to_owned(),
                );
            }
        }
    }

    fn bounds(&mut self, form: &mut Form) {
        let Some(limits) = &mut form.limits else { return };
        for bound in BOUNDS {
            let Some(slot) = limits.slot(bound.name) else { continue };
            let Some(value) = *slot else { continue };
            if !(bound.least..=bound.most).contains(&value) {
                *slot = None;
                let path = member("limits", bound.name);
                self.aside(
                    &path,
                    &path,
                    format!("{value} is no sensible {}.", bound.name),
                    &format!("Write a whole number from {} to {}.", bound.least, bound.most),
                );
            }
        }
    }

    /// Tables whose members are checked each for itself.
    fn plain_tables(&mut self, form: &mut Form) {
        if let Some(t) = &mut form.identity {
            self.text("identity.source", &mut t.source, words::identity_source);
            self.list("identity.break_glass", &mut t.break_glass, words::plain);
            self.list("identity.issuers", &mut t.issuers, words::plain);
            self.list("identity.directories", &mut t.directories, words::plain);
            self.list("identity.user_pools", &mut t.user_pools, words::plain);
        }
        if let Some(t) = &mut form.classification {
            self.list("classification.levels", &mut t.levels, words::plain);
            self.doubled_levels(&mut t.levels);
        }
        if let Some(t) = &mut form.perimeter {
            self.list("perimeter.accounts", &mut t.accounts, words::account);
            self.list("perimeter.suppliers", &mut t.suppliers, words::supplier);
            self.list("perimeter.aws_owned", &mut t.aws_owned, words::plain);
            self.list("perimeter.service_principals", &mut t.service_principals, words::service_principal);
            self.list("perimeter.exempt", &mut t.exempt, words::plain);
            self.list("perimeter.no_endpoint", &mut t.no_endpoint, words::action);
            self.list("perimeter.functions", &mut t.functions, words::plain);
            self.list("perimeter.access_points", &mut t.access_points, words::plain);
            self.list("perimeter.session_tags", &mut t.session_tags, words::plain);
        }
        if let Some(t) = &mut form.controls {
            self.list("controls.required", &mut t.required, words::plain);
        }
        if let Some(t) = &mut form.operations {
            self.list("operations.deploy_roles", &mut t.deploy_roles, words::plain);
            self.list("operations.landing_zone_roles", &mut t.landing_zone_roles, words::plain);
            // The form's own example writes "" for "no floor".
            t.lza_floor = t.lza_floor.take().filter(|floor| !floor.is_empty());
            self.text("operations.lza_floor", &mut t.lza_floor, words::release);
        }
        if let Some(t) = &mut form.transfer {
            self.list("transfer.partners", &mut t.partners, words::plain);
            self.list("transfer.policies", &mut t.policies, words::plain);
            self.list("transfer.users", &mut t.users, words::plain);
        }
        if let Some(t) = &mut form.access {
            self.list("access.places", &mut t.places, words::range);
        }
        if let Some(t) = &mut form.software {
            self.many("software.quarantine", &mut t.quarantine, words::plain);
            self.list("software.upstreams", &mut t.upstreams, words::plain);
            self.list("software.blueprints", &mut t.blueprints, words::plain);
        }
        if let Some(t) = &mut form.catalogue {
            self.text("catalogue.kind", &mut t.kind, words::catalogue);
        }
        if let Some(t) = &mut form.logging {
            self.list("logging.buckets", &mut t.buckets, words::bucket);
            self.list("logging.cost_buckets", &mut t.cost_buckets, words::bucket);
        }
    }

    fn doubled_levels(&mut self, levels: &mut Option<Vec<String>>) {
        let mut seen = BTreeSet::new();
        let twice = levels.iter().flatten().enumerate().find(|(_, level)| !seen.insert(level.as_str()));
        if let Some((index, level)) = twice {
            let at = format!("classification.levels[{index}]");
            self.aside(
                &at,
                "classification.levels",
                format!("The level \"{level}\" stands here twice."),
                "The order says which is more sensitive, so each may stand only once.",
            );
            *levels = None;
        } else if levels.as_ref().is_some_and(Vec::is_empty) {
            let path = "classification.levels";
            self.aside(path, path, "There are no levels here.".to_owned(), "Write them, or take the member out.");
            *levels = None;
        }
    }

    fn dspt(&mut self, dspt: &mut Dspt) {
        let editions: &[&str] = match dspt.track.as_deref() {
            Some("caf") => &["v8", "v9"],
            Some("ndg") => &["v8/2", "v8/3", "v8/4"],
            None => &["v8", "v9", "v8/2", "v8/3", "v8/4"],
            Some(other) => {
                let text = format!("\"{other}\" is no track of the toolkit.");
                self.aside("dspt.track", "dspt", text, "Write caf or ndg.");
                *dspt = Dspt::default();
                return;
            }
        };
        if let Some(edition) = dspt.edition.as_deref()
            && !editions.contains(&edition)
        {
            let track = dspt.track.as_deref().unwrap_or("the toolkit");
            let text = format!("{track} has no edition \"{edition}\".");
            self.aside("dspt.edition", "dspt", text, &format!("Write one of: {}.", editions.join(", ")));
            *dspt = Dspt::default();
            return;
        }
        self.list("dspt.held", &mut dspt.held, words::certificate);
        let caf = dspt.track.as_deref() == Some("caf");
        let mut good = true;
        for (id, claim) in dspt.claims.iter().flatten() {
            let at = member("dspt.claims", id);
            if caf && !["achieved", "partially-achieved", "not-achieved"].contains(&claim.as_str()) {
                let help = "Write achieved, partially-achieved or not-achieved.";
                self.aside(&at, "dspt.claims", format!("\"{claim}\" is no level of an outcome."), help);
                good = false;
            } else if claim.trim().is_empty() {
                self.aside(&at, "dspt.claims", "An empty claim stands here.".to_owned(), "Write the answer.");
                good = false;
            }
        }
        if !good {
            dspt.claims = None;
        }
    }

    fn registers(&mut self, form: &mut Form) {
        let levels: Option<Vec<String>> = if self.found.set_aside.contains("classification.levels") {
            None
        } else {
            let declared = form.classification.as_ref().and_then(|c| c.levels.clone());
            Some(declared.unwrap_or_else(|| words::LEVELS.map(str::to_owned).to_vec()))
        };
        let ids = |list: Vec<&str>| -> BTreeSet<String> { list.into_iter().map(str::to_owned).collect() };
        let datasets = form.dataset.as_ref().map(|d| ids(d.iter().map(|d| d.id.as_str()).collect()));
        let projects = form.project.as_ref().map(|p| ids(p.iter().map(|p| p.id.as_str()).collect()));
        for (index, project) in form.project.iter_mut().flatten().enumerate() {
            self.project(&format!("project[{index}]"), project, levels.as_deref(), datasets.as_ref());
        }
        for (index, dataset) in form.dataset.iter_mut().flatten().enumerate() {
            self.dataset(&format!("dataset[{index}]"), dataset, levels.as_deref());
        }
        for (user, person) in form.people.iter_mut().flatten() {
            let path = member("people", user);
            if let Err(fault) = words::plain(user) {
                self.aside(&path, &path, fault.text, &fault.help);
            }
            let list = member(&path, "projects");
            self.list(&list, &mut person.projects, words::plain);
            self.known(&list, &mut person.projects, projects.as_ref(), "project");
        }
        self.doubles("project", form.project.iter().flatten().map(|p| p.id.clone()).collect());
        self.doubles("dataset", form.dataset.iter().flatten().map(|d| d.id.clone()).collect());
    }

    fn project(
        &mut self,
        path: &str,
        project: &mut Project,
        levels: Option<&[String]>,
        datasets: Option<&BTreeSet<String>>,
    ) {
        let at = |name: &str| member(path, name);
        if let Err(fault) = words::plain(&project.id) {
            self.aside(&at("id"), path, fault.text, &fault.help);
        }
        for (name, user) in
            [("lead", &mut project.lead), ("manager", &mut project.manager), ("owner", &mut project.owner)]
        {
            self.text(&at(name), user, words::plain);
        }
        self.text(&at("title"), &mut project.title, words::prose);
        self.text(&at("legal_basis"), &mut project.legal_basis, words::prose);
        self.level(&at("tier"), &mut project.tier, levels);
        self.list(&at("aliases"), &mut project.aliases, words::plain);
        self.list(&at("recipients"), &mut project.recipients, words::recipient);
        self.list(&at("datasets"), &mut project.datasets, words::plain);
        self.known(&at("datasets"), &mut project.datasets, datasets, "dataset");
        if let (Some(start), Some(end)) = (project.start, project.end)
            && end < start
        {
            let text = format!("The project ends on {end}, before it starts on {start}.");
            let help = format!("Correct one of the two days. Until then neither counts as declared in {path}.");
            self.note(&at("end"), text, help);
            self.found.set_aside.extend([at("start"), at("end")]);
            (project.start, project.end) = (None, None);
        }
        if project.budget_gbp.is_some_and(|b| b < 0) {
            let text = "The approved spend is negative.".to_owned();
            self.aside(&at("budget_gbp"), &at("budget_gbp"), text, "Write whole pounds, 0 or more.");
            project.budget_gbp = None;
        }
    }

    fn dataset(&mut self, path: &str, dataset: &mut Dataset, levels: Option<&[String]>) {
        let at = |name: &str| member(path, name);
        if let Err(fault) = words::plain(&dataset.id) {
            self.aside(&at("id"), path, fault.text, &fault.help);
        }
        self.text(&at("title"), &mut dataset.title, words::prose);
        self.text(&at("owner"), &mut dataset.owner, words::plain);
        self.text(&at("source"), &mut dataset.source, words::prose);
        self.text(&at("legal_basis"), &mut dataset.legal_basis, words::prose);
        self.text(&at("identifiability"), &mut dataset.identifiability, words::identifiability);
        self.level(&at("class"), &mut dataset.class, levels);
        self.list(&at("stores"), &mut dataset.stores, words::store);
    }

    fn level(&mut self, path: &str, level: &mut Option<String>, levels: Option<&[String]>) {
        let (Some(word), Some(levels)) = (level.as_ref(), levels) else { return };
        if !levels.contains(word) {
            let text = format!("\"{word}\" is no level of classification.");
            self.aside(path, path, text, &format!("The levels are: {}.", levels.join(", ")));
            *level = None;
        }
    }

    /// Every element of `list` must be in `known`, where that register is declared at all.
    fn known(&mut self, path: &str, list: &mut Option<Vec<String>>, known: Option<&BTreeSet<String>>, what: &str) {
        let (Some(ids), Some(known)) = (list.as_ref(), known) else { return };
        let mut good = true;
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| !known.contains(*id)) {
            let text = format!("There is no [[{what}]] with the id \"{id}\".");
            self.aside(&format!("{path}[{index}]"), path, text, "Add it to the register, or correct the id.");
            good = false;
        }
        if !good {
            *list = None;
        }
    }

    /// Which of two entries of one id is right cannot be known, so both are set aside.
    fn doubles(&mut self, table: &str, ids: Vec<String>) {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, id) in ids.into_iter().enumerate() {
            places.entry(id).or_default().push(index);
        }
        for (id, indexes) in places.into_iter().filter(|(_, i)| i.len() > 1) {
            let first = indexes.first().copied().unwrap_or_default();
            let first_place = self.lines.place(&format!("{table}[{first}].id"));
            for index in indexes {
                let path = format!("{table}[{index}]");
                if index == first {
                    self.found.set_aside.insert(path);
                    continue;
                }
                let text = format!("The {table} \"{id}\" stands here a second time; the first is at {first_place}.");
                self.aside(&format!("{path}.id"), &format!("{table} \"{id}\""), text, "Keep one of them.");
                self.found.set_aside.insert(path);
            }
        }
    }
}
