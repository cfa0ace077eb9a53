//! Addresses of instances and references of expressions, taken apart.
//!
//! May import: nothing. Guarantees: what stands between quotes in a key is never taken for a dot or a bracket.

/// A name with the key of its instance as it is written: `"eu"`, `0`, `each.key`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) key: Option<String>,
}

/// The steps of an address or a reference: `module.lake["eu"].aws_s3_bucket.data` has `module`, `lake["eu"]`, …
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut name = String::new();
    let mut characters = text.chars();
    let mut push = |name: &mut String| {
        if !name.is_empty() {
            steps.push(Step { name: std::mem::take(name), key: None });
        }
        steps.len()
    };
    let mut keys: Vec<(usize, String)> = Vec::new();
    while let Some(c) = characters.next() {
        match c {
            '.' => {
                push(&mut name);
            }
            '[' => {
                let at = push(&mut name);
                keys.push((at, key(&mut characters)));
            }
            c => name.push(c),
        }
    }
    push(&mut name);
    for (after, key) in keys {
        if let Some(step) = after.checked_sub(1).and_then(|at| steps.get_mut(at)) {
            // Of several keys the first says the instance, the others what is taken of it.
            step.key.get_or_insert(key);
        }
    }
    steps
}

/// The text up to the bracket that closes.
fn key(characters: &mut std::str::Chars<'_>) -> String {
    let mut key = String::new();
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_usize);
    for c in characters.by_ref() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted && depth == 0 => break,
            ']' if !quoted => depth -= 1,
            _ => {}
        }
        key.push(c);
    }
    key.trim().to_owned()
}

/// Whether a key is written out, so that it says one instance.
pub(super) fn is_literal(key: &str) -> bool {
    key.parse::<u64>().is_ok() || (key.starts_with('"') && key.ends_with('"') && !key.contains("${"))
}

/// The address of a module.
pub(super) fn module_address(modules: &[Step]) -> String {
    let parts: Vec<String> = modules
        .iter()
        .map(|step| match &step.key {
            Some(key) => format!("module.{}[{key}]", step.name),
            None => format!("module.{}", step.name),
        })
        .collect();
    parts.join(".")
}

/// The modules within the address of a resource, from the root: `module.a["k"].module.b.aws_x.y` has `a["k"]` and `b`.
pub(super) fn modules(address: &str) -> Vec<Step> {
    let steps = steps(address);
    let mut modules = Vec::new();
    let mut rest = steps.iter();
    while let Some(step) = rest.next() {
        match rest.next() {
            Some(called) if step.name == "module" && step.key.is_none() => modules.push(called.clone()),
            _ => break,
        }
    }
    modules
}
