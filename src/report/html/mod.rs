//! `report.html`: one self-contained page for leadership, governance and engineers.
//!
//! May import: `model`, `report`. Guarantees: every text of the page is a [`Shown`], a number or a word of ours; the
//! templates escape all of them; nothing is fetched, and the page's own policy forbids it; the same assessment gives
//! the same bytes.

mod controls;
mod marks;
mod obligations;
mod pack;
mod places;
mod statements;

use std::collections::BTreeSet;
use std::io;

use askama::Template;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::summary::{self, Summary};
use super::text::{self, Shown, short_hash, show};
use crate::model::assessment::{Assessment, InventoryGap, Standing, SwitchedOff};
use crate::model::plural::{choose, count, number};
use crate::model::time::AsOf;
use controls::{AllControl, ControlView, UnknownView};
use marks::{Mark, Mosaic};
use obligations::Edition;
use pack::Pack;
use places::{PlacesView, RecordsView};
use statements::{Pillar, SafeView};

const STYLE: &str = include_str!("../../../reports/style.css");
const SCRIPT: &str = include_str!("../../../reports/app.js");
/// Decisions on the first page; the rest follow on the next.
const FIRST_DECISIONS: usize = 4;
/// Gaps of the inventory that the page shows; evidence.json has all.
const INVENTORY_GAPS: usize = 500;
/// Ids named in a line of the first page.
const NAMED: usize = 14;

/// The other files of the same run, as the page names them.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// SHA-256 of `evidence.json`.
    pub evidence_sha256: String,
    /// SHA-256 of `findings.jsonl`, where the findings are too many for the page.
    pub findings_sha256: Option<String>,
}

/// A link to somewhere on the page.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// Without the `#`; empty where there is nothing to point at.
    pub(super) anchor: String,
    pub(super) text: Shown,
    /// It fails: said in bold as well as by what it points at.
    pub(super) strong: bool,
}

/// A term and what stands behind it.
struct Fact {
    term: &'static str,
    text: Shown,
    code: Option<Shown>,
}

/// A line of the first page that names ids.
struct Ledger {
    term: &'static str,
    lead: String,
    links: Vec<Link>,
    more: Option<(&'static str, String)>,
}

struct DecisionView {
    action: Shown,
    because: Shown,
    owner: Shown,
    date: Shown,
    link: Link,
}

struct AttestationView {
    anchor: String,
    id: Shown,
    subject: Shown,
    kind: Shown,
    role: Shown,
    by: Shown,
    made: String,
    expires: String,
    standing: Mark,
    reason: Shown,
    place: Shown,
}

struct ExceptionView {
    anchor: String,
    id: Shown,
    control: Link,
    resource: Shown,
    reason: Shown,
    risk: Shown,
    approved: Shown,
    made: String,
    review: String,
    expires: String,
    end_plan: Shown,
    standing: Mark,
    standing_reason: Shown,
    used: String,
}

struct GapView {
    call: Shown,
    place: Shown,
    outcome: String,
    reason: Shown,
    count: String,
    controls: Vec<Link>,
    statements: Vec<Link>,
}

/// What AWS Config knows and nobody read.
struct InventoryView {
    kind: Shown,
    place: Shown,
    count: String,
    reason: Shown,
    controls: Vec<Link>,
}

struct SinceView {
    date: String,
    sentence: String,
    new: Vec<(Link, Shown)>,
    new_note: String,
    unseen: Vec<(Link, Shown)>,
}

/// A control that a profile switches off.
struct OffView {
    control: Link,
    reason: Shown,
    by: Shown,
    until: String,
    place: Shown,
}

struct NoticeView {
    place: Shown,
    text: Shown,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    policy: String,
    style: String,
    script: &'static str,
    disclaimer: &'static str,
    assumptions: [&'static str; 3],
    name: Shown,
    date: String,
    headline: String,
    lead: String,
    facts: Vec<Fact>,
    safes: Vec<SafeView>,
    ledger: Vec<Ledger>,
    decisions: Vec<DecisionView>,
    more_decisions: Vec<DecisionView>,
    decision_count: String,
    pillars: Vec<Pillar>,
    vacuous: Vec<Link>,
    out_of_scope: Vec<Link>,
    dspt_choice: Shown,
    editions: Vec<Edition>,
    articles: Option<Edition>,
    places: PlacesView,
    records: RecordsView,
    attestations: Vec<AttestationView>,
    exceptions: Vec<ExceptionView>,
    failing: Vec<ControlView>,
    failing_sentence: String,
    unknown: Vec<UnknownView>,
    all_controls: Vec<AllControl>,
    /// Some of them are a team's own.
    own: bool,
    pack: &'a Pack,
    pack_sentence: String,
    beside: &'a Beside,
    accounts: Vec<Shown>,
    hashes: Vec<(&'static str, Shown)>,
    command: String,
    gaps: Vec<GapView>,
    inventory: Vec<InventoryView>,
    inventory_sentence: String,
    gap_sentence: String,
    profiles: Vec<(Shown, Shown)>,
    off: Vec<OffView>,
    notices: Vec<NoticeView>,
    since: Option<SinceView>,
    caller: Shown,
    version: Shown,
}

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    #[error("write the page: {0}")]
    Io(#[from] io::Error),
    #[error("fill in the page: {0}")]
    Template(#[from] askama::Error),
}

/// Writes the page.
pub fn write_html(assessment: &Assessment, beside: &Beside, out: &mut dyn io::Write) -> Result<(), HtmlError> {
    let pack = pack::pack(&assessment.findings)?;
    let page = page(assessment, beside, &pack);
    page.write_into(out)?;
    Ok(())
}

/// Gives each id of the page once.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeSet<String>);

impl Anchors {
    /// The anchor of a text; a second taker of the same gets one of its own.
    pub(super) fn take(&mut self, name: &str) -> String {
        let wanted = text::anchor(name);
        let mut anchor = wanted.clone();
        let mut n = 1_u64;
        while !self.0.insert(anchor.clone()) {
            n += 1;
            anchor = format!("{wanted}-{n}");
        }
        anchor
    }
}

fn page<'a>(assessment: &'a Assessment, beside: &'a Beside, pack: &'a Pack) -> Page<'a> {
    let summary = Summary::new(assessment);
    let run = &assessment.run;
    let name = show(run.name.as_deref().unwrap_or("Trusted Research Environment"));
    let date = run.as_of.british_date();
    let footer = show(&format!("{name} · {date} · {}", summary::DISCLAIMER));
    let style = STYLE.replace("/*running-foot*/", &text::css_string(&footer));
    let mut anchors = Anchors::default();
    for taken in [
        "main",
        "verdict",
        "decisions",
        "satre",
        "obligations",
        "attestations",
        "controls",
        "findings",
        "provenance",
        "locations",
        "article-30",
        "switched-off",
    ] {
        anchors.take(taken);
    }
    let failing = controls::failing(&summary, &mut anchors);
    let unknown = controls::unknown(&summary, &mut anchors);
    let all_controls = controls::all(&summary, &mut anchors);
    let mut decisions: Vec<DecisionView> = summary
        .decisions()
        .into_iter()
        .map(|decision| DecisionView {
            action: show(&decision.action),
            because: show(&decision.because),
            owner: show(&decision.owner),
            date: show(&decision.date),
            link: Link { anchor: decision.target, text: show(&decision.link), strong: false },
        })
        .collect();
    let decision_count = count(decisions.len() as u64, "decision");
    let more_decisions = decisions.split_off(FIRST_DECISIONS.min(decisions.len()));
    let pillars = statements::pillars(&summary);
    let (articles, editions): (Vec<Edition>, Vec<Edition>) =
        obligations::editions(&summary).into_iter().partition(|edition| edition.articles);
    Page {
        policy: policy(&style),
        style,
        script: SCRIPT,
        disclaimer: summary::DISCLAIMER,
        assumptions: summary::ASSUMPTIONS,
        headline: summary.headline(),
        lead: summary.lead(),
        facts: facts(&summary),
        safes: statements::safes(&summary),
        ledger: ledger(&summary),
        decisions,
        more_decisions,
        decision_count,
        vacuous: statements::vacuous(&summary),
        out_of_scope: statements::out_of_scope(&summary),
        pillars,
        dspt_choice: obligations::choice(&summary),
        editions,
        articles: articles.into_iter().next(),
        places: places::places(&summary),
        records: places::records(&summary),
        attestations: attestations(assessment, &mut anchors),
        exceptions: exceptions(&summary, &mut anchors),
        failing_sentence: failing_sentence(&summary),
        failing,
        unknown,
        own: all_controls.iter().any(|control| control.own),
        all_controls,
        pack_sentence: format!(
            "Showing {} of {}. All of them are in evidence.json.",
            number(pack.rows.len() as u64),
            count(pack.total, "failing resource")
        ),
        pack,
        beside,
        accounts: assessment.findings.accounts.iter().map(|account| show(account)).collect(),
        hashes: hashes(assessment, beside),
        command: command(assessment),
        gaps: gaps(&summary),
        inventory: inventory(&summary),
        inventory_sentence: inventory_sentence(assessment),
        gap_sentence: gap_sentence(assessment),
        profiles: run.profiles.iter().map(|p| (show(&p.name), show(&format!("sha256:{}", p.sha256)))).collect(),
        off: off(&summary),
        notices: assessment
            .notices
            .iter()
            .map(|notice| NoticeView { place: show(&notice.place), text: show(&notice.text) })
            .collect(),
        since: since(&summary),
        caller: show(run.caller.as_deref().unwrap_or("not known: the caller's identity could not be read")),
        version: show(&assessment.tool.version),
        name,
        date,
    }
}

/// The page's Content-Security-Policy: its own style and its own script, by hash, and nothing else.
fn policy(style: &str) -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(SCRIPT)
    )
}

fn moment(time: AsOf) -> String {
    format!("{}, {}", time.british_date(), time.clock())
}

fn facts(summary: &Summary) -> Vec<Fact> {
    let run = &summary.assessment.run;
    let fact = |term, text: &str| Fact { term, text: show(text), code: None };
    let code = |term, hash: &str| Fact {
        term,
        text: Shown::default(),
        code: Some(show(&format!("sha256:{}", short_hash(hash)))),
    };
    let mut facts = vec![
        fact("Assessed", &moment(run.as_of)),
        fact(
            "Scope",
            &format!(
                "{}, {}, {}, {}",
                count(run.accounts.len() as u64, "account"),
                count(run.regions.len() as u64, "Region"),
                count(run.projects, "project"),
                count(run.resources, "resource")
            ),
        ),
    ];
    facts.push(match &run.declaration_sha256 {
        Some(hash) => code("Declaration", hash),
        None => fact("Declaration", "none was given"),
    });
    let coverage = &run.coverage;
    let gaps: u64 = coverage.gaps.iter().map(|gap| gap.count).sum();
    facts.push(fact(
        "Calls",
        &match gaps {
            0 => format!("{}, all answered", number(coverage.calls)),
            _ => format!("{}, {} not answered", number(coverage.calls), number(gaps)),
        },
    ));
    for (term, live) in ["AWS alone", "AWS and people", "People alone"].into_iter().zip(summary.live) {
        facts.push(fact(term, &format!("{} of {} scored", live.scored, live.in_scope)));
    }
    facts.push(match &summary.assessment.since {
        Some(since) => fact(
            "Since last",
            &format!(
                "{} new, {} fixed, {} as before{}",
                number(since.new),
                number(since.fixed),
                number(since.unchanged),
                if since.no_longer_seen > 0 {
                    format!(", {} no longer seen", number(since.no_longer_seen))
                } else {
                    String::new()
                }
            ),
        ),
        None => fact("Since last", "no earlier evidence was given"),
    });
    facts.push(code("Snapshot", &run.snapshot_sha256));
    facts
}

fn ledger(summary: &Summary) -> Vec<Ledger> {
    let statement_line = |term, statements: Vec<&crate::model::assessment::StatementResult>, none: &str| {
        let total = statements.len();
        let links = statements
            .iter()
            .take(NAMED)
            .map(|s| Link { anchor: summary::statement_anchor(s), text: show(&s.id), strong: false })
            .collect();
        Ledger {
            term,
            lead: if total == 0 { none.to_owned() } else { format!("{}:", count(total as u64, "statement")) },
            links,
            more: (total > NAMED).then(|| ("satre", format!("and {} more", total - NAMED))),
        }
    };
    let live: Vec<_> = summary.assessment.exceptions.iter().filter(|e| e.standing.counts()).collect();
    let due: Vec<_> = summary
        .assessment
        .attestations
        .iter()
        .filter(|a| matches!(a.standing, Standing::Expiring | Standing::Expired))
        .collect();
    let dated = |id: &str, time: Option<AsOf>| Link {
        anchor: text::anchor(id),
        text: show(&match time {
            Some(time) => format!("{id} ({})", time.british_date()),
            None => id.to_owned(),
        }),
        strong: false,
    };
    vec![
        statement_line("Mandatory, not met", summary.binding_not_met().collect(), "none"),
        statement_line("Mandatory, not known", summary.binding_unscored().collect(), "none"),
        Ledger {
            term: "Exceptions in force",
            lead: if live.is_empty() { "none".into() } else { format!("{}, each with its end:", live.len()) },
            links: live.iter().take(4).map(|e| dated(&e.id, e.expires)).collect(),
            more: (live.len() > 4).then(|| ("exceptions", format!("and {} more", live.len() - 4))),
        },
        Ledger {
            term: "Attestations due",
            lead: if due.is_empty() { "none within 30 days".into() } else { format!("{}:", due.len()) },
            links: due.iter().take(4).map(|a| dated(&a.id, a.expires)).collect(),
            more: (due.len() > 4).then(|| ("attestations", format!("and {} more", due.len() - 4))),
        },
    ]
}

/// A link to an attestation or exception, plain text where the register has none of this id.
pub(super) fn register_link(summary: &Summary, id: &str) -> Link {
    let assessment = summary.assessment;
    let known = assessment.attestations.iter().any(|a| a.id == id) || assessment.exceptions.iter().any(|e| e.id == id);
    Link { anchor: if known { text::anchor(id) } else { String::new() }, text: show(id), strong: false }
}

fn date(time: Option<AsOf>) -> String {
    time.map_or_else(|| "no date".to_owned(), AsOf::british_date)
}

fn standing(standing: Standing) -> Mark {
    let (symbol, class, words) = match standing {
        Standing::Live => ("c2a", "met", "Live"),
        Standing::Expiring => ("cd", "due", "Ends within 30 days"),
        Standing::Expired => ("c0", "not", "Expired"),
        Standing::Superseded => ("cn", "none", "Superseded"),
        Standing::Invalid => ("c0r", "not", "Does not count"),
    };
    Mark { symbol, class, words: words.to_owned() }
}

/// What presses first: expired, then ending, then set aside, then live, then superseded.
fn urgency(standing: Standing) -> u8 {
    match standing {
        Standing::Expired => 0,
        Standing::Expiring => 1,
        Standing::Invalid => 2,
        Standing::Live => 3,
        Standing::Superseded => 4,
    }
}

fn attestations(assessment: &Assessment, anchors: &mut Anchors) -> Vec<AttestationView> {
    let mut sorted: Vec<_> = assessment.attestations.iter().collect();
    sorted.sort_by_key(|a| (urgency(a.standing), a.expires, &a.id));
    sorted
        .into_iter()
        .map(|a| AttestationView {
            anchor: anchors.take(&a.id),
            id: show(&a.id),
            subject: show(&a.subject),
            kind: show(&a.kind),
            role: show(&a.role),
            by: show(&format!("{}, approved by {}", a.by, a.approved_by)),
            made: a.made.british_date(),
            expires: date(a.expires),
            standing: standing(a.standing),
            reason: show(&a.reason),
            place: show(&a.place),
        })
        .collect()
}

fn exceptions(summary: &Summary, anchors: &mut Anchors) -> Vec<ExceptionView> {
    let mut sorted: Vec<_> = summary.assessment.exceptions.iter().collect();
    sorted.sort_by_key(|e| (urgency(e.standing), e.expires, &e.id));
    sorted
        .into_iter()
        .map(|e| ExceptionView {
            anchor: anchors.take(&e.id),
            id: show(&e.id),
            control: controls::link(summary, &e.control),
            resource: show(&e.resource),
            reason: show(&e.reason),
            risk: show(&e.risk),
            approved: show(&format!("{} as {}; asked for by {}", e.approved_by, e.authority, e.by)),
            made: e.made.british_date(),
            review: date(e.review),
            expires: date(e.expires),
            end_plan: show(&e.end_plan),
            standing: standing(e.standing),
            standing_reason: show(&e.standing_reason),
            used: match e.used {
                0 => "No verdict is excepted by it".to_owned(),
                used => format!("{}: not met without it, excepted with it", count(used, "verdict")),
            },
        })
        .collect()
}

fn failing_sentence(summary: &Summary) -> String {
    let fail = summary.failing.iter().filter(|c| c.counts.not_met > 0).count() as u64;
    let excepted = summary.failing.len() as u64 - fail;
    let of = count(summary.assessment.controls.len() as u64, "control");
    let mut sentence = format!("{} of {of} {}", number(fail), choose(fail, "fails", "fail"));
    if excepted > 0 {
        sentence = format!("{sentence}; {} more would but for an exception", number(excepted));
    }
    sentence.push_str(". Worst first: by severity, then by the number of resources. Each id is a permanent link.");
    sentence
}

fn gap_sentence(assessment: &Assessment) -> String {
    let coverage = &assessment.run.coverage;
    let gaps: u64 = coverage.gaps.iter().map(|gap| gap.count).sum();
    let calls = format!("{} of {} answered", number(coverage.answered), count(coverage.calls, "call"));
    if gaps == 0 { format!("{calls}, no gap") } else { format!("{calls}, {} refused or lost", number(gaps)) }
}

fn gaps(summary: &Summary) -> Vec<GapView> {
    let run = &summary.assessment.run;
    run.coverage
        .gaps
        .iter()
        .map(|gap| {
            let touched: BTreeSet<&str> = gap
                .controls
                .iter()
                .filter_map(|id| summary.by_id.get(id.as_str()))
                .flat_map(|control| control.satre.iter().map(String::as_str))
                .collect();
            GapView {
                call: show(&format!("{}:{}", gap.service, gap.operation)),
                place: show(&format!("{} · {}", gap.account, gap.region)),
                outcome: gap.outcome.as_str().replace('_', " "),
                reason: show(&gap.reason),
                count: number(gap.count),
                controls: gap.controls.iter().map(|id| controls::link(summary, id)).collect(),
                statements: touched.into_iter().map(|id| statements::link(summary, id)).collect(),
            }
        })
        .collect()
}

fn inventory(summary: &Summary) -> Vec<InventoryView> {
    let gaps = summary.assessment.run.coverage.inventory.iter().take(INVENTORY_GAPS);
    let view = |gap: &InventoryGap| InventoryView {
        kind: show(&gap.kind),
        place: show(&format!("{} · {}", gap.account, gap.regions.join(", "))),
        count: if gap.count == 0 { String::new() } else { number(gap.count) },
        reason: show(&gap.reason),
        controls: gap.controls.iter().map(|id| controls::link(summary, id)).collect(),
    };
    gaps.map(view).collect()
}

/// Empty where AWS Config was not asked, or knows nothing more.
fn inventory_sentence(assessment: &Assessment) -> String {
    let gaps = &assessment.run.coverage.inventory;
    if gaps.is_empty() {
        return String::new();
    }
    let unread = count(gaps.iter().map(|gap| gap.count).sum(), "resource");
    let mut sentence = format!(
        "AWS Config knows {unread} that nobody read. That it knows of one says nothing of how it is configured: each is not assessed."
    );
    let rest = gaps.len().saturating_sub(INVENTORY_GAPS);
    if rest > 0 {
        sentence.push_str(&format!(" {} more; evidence.json has all.", count(rest as u64, "line")));
    }
    sentence
}

fn hashes(assessment: &Assessment, beside: &Beside) -> Vec<(&'static str, Shown)> {
    let run = &assessment.run;
    let sha = |hash: &str| show(&format!("sha256:{hash}"));
    let mut hashes = vec![("SNAPSHOT", sha(&run.snapshot_sha256))];
    if let Some(hash) = &run.declaration_sha256 {
        hashes.push(("DECLARATION", sha(hash)));
    }
    if let Some(hash) = &run.register_sha256 {
        hashes.push(("REGISTER", sha(hash)));
    }
    hashes.push(("Control pack and frameworks", sha(&assessment.tool.control_pack_sha256)));
    hashes.push(("evidence.json of this run", sha(&beside.evidence_sha256)));
    if let Some(hash) = &beside.findings_sha256 {
        hashes.push(("findings.jsonl of this run", sha(hash)));
    }
    hashes
}

fn off(summary: &Summary) -> Vec<OffView> {
    let entries = summary.assessment.run.profiles.iter().flat_map(|profile| &profile.off);
    let view = |entry: &SwitchedOff| OffView {
        control: controls::link(summary, &entry.control),
        reason: show(&entry.reason),
        by: show(&entry.by),
        until: match entry.until {
            Some(until) if entry.in_force => until.british_date(),
            Some(until) => format!("ended on {}: it counts again", until.british_date()),
            None => "no end".to_owned(),
        },
        place: show(&entry.place),
    };
    entries.map(view).collect()
}

/// The command that performs the audit again. It names no path, thread or clock of the machine.
fn command(assessment: &Assessment) -> String {
    let run = &assessment.run;
    let given = [
        (run.declaration_sha256.is_some(), " --declaration DECLARATION"),
        (run.register_sha256.is_some(), " --attestations REGISTER"),
        (assessment.controls.iter().any(|control| control.own), " --controls CONTROLS"),
    ];
    let profiles = " --profile PROFILE".repeat(run.profiles.len());
    let options: String = given.into_iter().filter(|(given, _)| *given).map(|(_, option)| option).collect();
    format!("havenmark audit SNAPSHOT{options}{profiles} --as-of {}", run.as_of)
}

fn since(summary: &Summary) -> Option<SinceView> {
    summary.assessment.since.as_ref().map(|since| {
        let pairs = |pairs: &[(String, String)]| {
            pairs.iter().map(|(id, resource)| (controls::link(summary, id), show(resource))).collect::<Vec<_>>()
        };
        let new = pairs(&since.new_sample);
        SinceView {
            date: moment(since.as_of),
            sentence: format!(
                "{} new, {} fixed, {} unchanged and {} no longer seen. What is no longer seen failed then and was not \
                 judged now: it is not fixed.",
                count(since.new, "failing resource"),
                number(since.fixed),
                number(since.unchanged),
                number(since.no_longer_seen)
            ),
            new_note: format!("{} of {} new", number(new.len() as u64), number(since.new)),
            new,
            unseen: pairs(&since.no_longer_seen_sample),
        }
    })
}

impl Mosaic {
    /// The picture's box, with a margin for the outlines.
    fn view_box(&self) -> String {
        format!("-1 -1 {} {}", self.width + 2, self.height + 2)
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, write_html};
    use crate::report::sample;

    fn html(sample: &sample::Sample) -> String {
        let mut bytes = Vec::new();
        write_html(&sample.0, &Beside::default(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn hostile_text_is_escaped_shortened_and_made_visible() {
        let page = html(&sample::hostile());
        for bad in ["<script>window", "<img src=x", "<b id=pwned", "\u{202e}", "\u{7}", "\u{1b}", "\u{0}", "\u{200b}"] {
            assert!(!page.contains(bad), "{bad:?}");
        }
        assert!(page.contains("(1,<wbr>000,<wbr>000 characters)"));
        assert_eq!(page.matches("<script>").count(), 1);
        assert_eq!(page.matches("<style>").count(), 1);
    }

    #[test]
    fn every_statement_and_every_control_stands_on_the_page() {
        let sample = sample::example();
        let page = html(&sample);
        for statement in &sample.0.statements {
            let anchor = crate::report::summary::statement_anchor(statement);
            assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
        }
        for control in &sample.0.controls {
            assert!(page.contains(&format!("id=\"{}\"", control.id.to_lowercase())), "{}", control.id);
        }
        let skyline = page.split("class=\"safes\"").nth(1).unwrap().split("class=\"key\"").next().unwrap();
        let squares = skyline.matches("<use href").count() - 5;
        assert_eq!(squares, 185, "one square a statement, beside the five status marks");
    }

    #[test]
    fn the_three_verdicts_and_the_standing_sentences() {
        let first = |sample: &sample::Sample| {
            let page = html(sample);
            for sentence in [
                crate::report::summary::DISCLAIMER,
                "the declaration is complete",
                "all components of the TRE run in the declared accounts",
                "no SATRE maintainer has confirmed it",
                "Met (nothing mandatory)",
                "out of scope by declaration",
            ] {
                assert!(page.contains(sentence), "{sentence}");
            }
            page.split("<h1 id=\"verdict-t\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
        };
        assert!(first(&sample::example()).starts_with("Below the SATRE baseline on "));
        assert!(first(&sample::incomplete()).starts_with("Not enough evidence on "));
        assert!(first(&sample::met()).starts_with("Meets the SATRE baseline, "));
    }

    #[test]
    fn the_tally_of_the_mandatory_statements_sums_to_95() {
        let (assessment, _) = sample::example();
        assert_eq!(crate::report::summary::Summary::new(&assessment).binding.total(), 95);
    }
}
