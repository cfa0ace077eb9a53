//! Pass rules of a firewall: those of the Suricata language, and what bounds where they let through.
//!
//! May import: `graph`. Guarantees: a text that is not understood is an error, never a group without pass rules; time
//! grows with the length of the text.
//!
//! The language: <https://docs.suricata.io/en/latest/rules/intro.html>.

use super::ranges::Range;

/// Lists within lists, as deep as anybody writes them.
const DEEPEST: usize = 8;
/// A host of fewer letters and digits than this is part of anybody's.
const SHORTEST_HOST: usize = 4;

const ACTIONS: [&str; 6] = ["alert", "drop", "reject", "rejectsrc", "rejectdst", "rejectboth"];
/// Buffers that hold the name of the host: what is looked for in them bounds the destination.
const HOST_BUFFERS: [&str; 4] = ["http.host", "http.host.raw", "tls.sni", "tls_sni"];

/// A rule that lets packets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) label: String,
    pub(super) protocol: String,
    pub(super) source: String,
    pub(super) destination: String,
    pub(super) both_ways: bool,
    /// Keywords with their values, in the order of the rule.
    pub(super) options: Vec<(String, String)>,
}

/// The pass rules of a text.
pub(super) fn passes(text: &str) -> Result<Vec<Pass>, String> {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let mut all = Vec::new();
    for (index, line) in joined.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index.saturating_add(1);
        let action = line.split_whitespace().next().unwrap_or_default();
        if action == "pass" {
            all.push(pass(line, number)?);
        } else if !ACTIONS.contains(&action) {
            return Err(format!("rule {number} begins with no action that is known"));
        }
    }
    Ok(all)
}

fn pass(line: &str, number: usize) -> Result<Pass, String> {
    let wrong = || format!("the pass rule {number} is in no form that is understood");
    let (header, rest) = line.split_once('(').ok_or_else(wrong)?;
    let rest = rest.trim_end().strip_suffix(')').ok_or_else(wrong)?;
    let options = options(rest);
    let parts = header_parts(header);
    let [_, protocol, source, _, direction, destination, _] = parts.as_slice() else { return Err(wrong()) };
    let both_ways = match direction.as_str() {
        "->" => false,
        "<>" => true,
        _ => return Err(wrong()),
    };
    let sid = options.iter().find(|(keyword, _)| keyword == "sid").map_or("", |(_, value)| value.as_str());
    let label = if sid.is_empty() { format!("rule {number}") } else { format!("sid {sid}") };
    let (protocol, source, destination) = (protocol.clone(), source.clone(), destination.clone());
    Ok(Pass { label, protocol, source, destination, both_ways, options })
}

/// The words of a header; a list in brackets is one word.
fn header_parts(header: &str) -> Vec<String> {
    let (mut parts, mut word, mut depth) = (Vec::new(), String::new(), 0_usize);
    for c in header.chars() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            c if c.is_whitespace() => {
                if depth == 0 && !word.is_empty() {
                    parts.push(std::mem::take(&mut word));
                }
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    if !word.is_empty() {
        parts.push(word);
    }
    parts
}

/// `keyword:value;` after each other; a quoted value may hold semicolons.
fn options(text: &str) -> Vec<(String, String)> {
    let (mut all, mut word, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    let mut take = |word: &mut String| {
        let option = std::mem::take(word);
        let (keyword, value) = option.split_once(':').unwrap_or((option.as_str(), ""));
        if !keyword.trim().is_empty() {
            all.push((keyword.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    };
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                take(&mut word);
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    take(&mut word);
    all
}

impl Pass {
    /// Whether it lets through nothing but the packets that begin a connection.
    pub(super) fn only_begins(&self) -> bool {
        // Only TCP has a beginning: one-way traffic of another protocol is never established, and all of it passes.
        if !self.protocol.eq_ignore_ascii_case("tcp") {
            return false;
        }
        let flows = self.options.iter().filter(|(keyword, _)| keyword == "flow");
        flows.flat_map(|(_, value)| value.split(',')).any(|word| word.trim() == "not_established")
    }

    /// The hosts that it is bounded by.
    ///
    /// # Errors
    /// It is bounded by an expression, whose reach is not told here.
    pub(super) fn hosts(&self) -> Result<Vec<String>, String> {
        let (mut hosts, mut in_host, mut last) = (Vec::new(), false, None);
        for (keyword, value) in &self.options {
            match keyword.as_str() {
                "content" => {
                    last = host(value);
                    if in_host {
                        hosts.extend(last.clone());
                    }
                }
                // The older form names the buffer after what is looked for.
                "http_host" | "http_raw_host" => hosts.extend(last.clone()),
                "pcre" if in_host => return Err(format!("{} is bounded by an expression", self.label)),
                buffer if HOST_BUFFERS.contains(&buffer) => in_host = true,
                "pkt_data" | "file_data" => in_host = false,
                buffer if buffer.contains('.') => in_host = false,
                _ => {}
            }
        }
        Ok(hosts)
    }

    /// Whether its addresses bound where it lets through.
    pub(super) fn is_bounded(&self, sets: &dyn Fn(&str) -> Option<Vec<String>>) -> Result<bool, String> {
        Ok(is_bounded(&self.destination, sets, 0)? && (!self.both_ways || is_bounded(&self.source, sets, 0)?))
    }
}

/// The text that a `content` looks for, without its bytes; None where it is negated or too short to name anybody.
fn host(value: &str) -> Option<String> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    let plain: String = text.split('|').step_by(2).collect();
    names_somebody(&plain).then_some(plain)
}

/// Whether a host or domain is long enough not to be part of everybody's.
pub(super) fn names_somebody(host: &str) -> bool {
    host.chars().filter(char::is_ascii_alphanumeric).count() >= SHORTEST_HOST
}

/// Whether an expression of addresses leaves out most of the internet: neither `any`, nor a negation, nor a block of more
/// than 1/256 of all addresses.
pub(super) fn is_bounded(
    expression: &str,
    sets: &dyn Fn(&str) -> Option<Vec<String>>,
    depth: usize,
) -> Result<bool, String> {
    if depth > DEEPEST {
        return Err("its addresses are nested too deeply".to_owned());
    }
    let expression = expression.trim();
    if expression.eq_ignore_ascii_case("any") || expression.is_empty() || expression.starts_with('!') {
        return Ok(false);
    }
    let deeper = depth.saturating_add(1);
    let all = |parts: &[String]| {
        // A negated member of a list takes away from it.
        let mut positive = parts.iter().filter(|part| !part.trim().starts_with('!')).peekable();
        let some = positive.peek().is_some();
        positive.try_fold(some, |so_far, part| Ok(is_bounded(part, sets, deeper)? && so_far))
    };
    if let Some(inner) = expression.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return all(&members(inner));
    }
    if let Some(name) = expression.strip_prefix('$') {
        return match (sets(name), name) {
            (Some(parts), _) => all(&parts),
            // The addresses of the firewall's own VPC, unless it is set.
            (None, "HOME_NET") => Ok(true),
            (None, "EXTERNAL_NET") => Ok(false),
            (None, _) => Err(format!("${} is not defined", short(name))),
        };
    }
    if expression.starts_with('@') {
        return Err(format!("the reference {} is not followed", short(expression)));
    }
    let range = Range::parse(expression).ok_or_else(|| format!("{} is no address", short(expression)))?;
    let widest = if expression.contains(':') { "::/8" } else { "0.0.0.0/8" };
    Ok(Range::parse(widest).is_some_and(|widest| range.is_within_size_of(widest)))
}

/// The members of a list, without those of lists within it.
fn members(inner: &str) -> Vec<String> {
    let (mut parts, mut word, mut depth) = (Vec::new(), String::new(), 0_usize);
    for c in inner.chars() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut word));
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    parts.push(word);
    parts
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &dyn Fn(&str) -> Option<Vec<String>> = &|_| None;

    fn one(text: &str) -> Pass {
        passes(text).unwrap().remove(0)
    }

    #[test]
    fn pass_rules_are_read_and_others_passed_over() {
        let text = "# pass ip any any -> any any (sid:1;)\n\nalert ip any any -> any any (msg:\"pass (x); y\"; sid:2;)\n\
                    pass tls $HOME_NET any -> [10.0.0.0/8, !10.1.0.0/16] 443 \\\n (tls.sni; content:\".example.org\"; endswith; msg:\"a;b\"; sid:3;)\n";
        let all = passes(text).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].label, "sid 3");
        assert_eq!(all[0].destination, "[10.0.0.0/8,!10.1.0.0/16]");
        assert_eq!(all[0].hosts(), Ok(vec![".example.org".to_owned()]));
        assert_eq!(all[0].is_bounded(NONE), Ok(true));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "let everything through",
            "pass",
            "pass tcp any any -> any any",
            "pass tcp any any (sid:1;)",
            "pass tcp a b >> c d (sid:1;)",
        ] {
            assert!(passes(text).is_err(), "{text}");
        }
        let deep = format!("{}10.0.0.0/8{}", "[".repeat(1000), "]".repeat(1000));
        assert!(is_bounded(&deep, NONE, 0).is_err());
        let circle: &dyn Fn(&str) -> Option<Vec<String>> = &|_| Some(vec!["$A".to_owned()]);
        assert!(is_bounded("$A", circle, 0).is_err());
    }

    #[test]
    fn addresses_bound_a_rule_where_they_leave_most_out() {
        let sets: &dyn Fn(&str) -> Option<Vec<String>> = &|name| match name {
            "MIRROR" => Some(vec!["203.0.113.0/24".to_owned()]),
            "WORLD" => Some(vec!["203.0.113.0/24".to_owned(), "0.0.0.0/1".to_owned()]),
            _ => None,
        };
        for (expression, bounded) in [
            ("any", false),
            ("ANY", false),
            ("!10.0.0.0/8", false),
            ("0.0.0.0/0", false),
            ("0.0.0.0/1", false),
            ("52.0.0.0/8", true),
            ("::/0", false),
            ("2a05:d01c::/32", true),
            ("$MIRROR", true),
            ("$WORLD", false),
            ("$HOME_NET", true),
            ("$EXTERNAL_NET", false),
            ("[$MIRROR,198.51.100.7]", true),
            ("[$MIRROR,[any]]", false),
            ("[!10.0.0.0/8,!$MIRROR]", false),
        ] {
            assert_eq!(is_bounded(expression, sets, 0), Ok(bounded), "{expression}");
        }
        for unknown in ["$NOBODY", "@list", "example.org"] {
            assert!(is_bounded(unknown, sets, 0).is_err(), "{unknown}");
        }
        let both = one("pass ip any any <> 203.0.113.7 any (sid:1;)");
        assert_eq!(both.is_bounded(sets), Ok(false), "either side may be the far one");
    }

    #[test]
    fn a_host_bounds_a_rule_where_it_names_somebody() {
        for (options, hosts) in [
            ("tls.sni; content:\"mirror.example.org\";", &["mirror.example.org"][..]),
            ("http.host; content:\"example.org\"; endswith;", &["example.org"]),
            ("content:\"example.org\"; http_host;", &["example.org"]),
            ("tls.sni; content:!\"example.org\";", &[]),
            ("tls.sni; content:\".\";", &[]),
            ("tls.sni; content:\"|2e|org\";", &[]),
            ("http.uri; content:\"example.org\";", &[]),
            ("tls.sni; http.uri; content:\"example.org\";", &[]),
            ("content:\"example.org\";", &[]),
        ] {
            let rule = one(&format!("pass tls any any -> any any ({options} sid:1;)"));
            assert_eq!(rule.hosts().unwrap(), hosts, "{options}");
        }
        assert!(one("pass tls any any -> any any (tls.sni; pcre:\"/.*/\"; sid:1;)").hosts().is_err());
        assert!(one("pass tcp any any -> any any (flow: to_server, not_established; sid:1;)").only_begins());
        assert!(!one("pass tcp any any -> any any (flow:established; msg:\"not_established\"; sid:1;)").only_begins());
    }
}
