//! What no text of this repository may say: places of one machine, package registries, and claims that no tool can make.

use std::path::{Path, PathBuf};

/// Folders that no clone holds.
const LEFT_OUT: [&str; 7] =
    ["target", ".git", "node_modules", "havenmark-report", "mutants.out", "corpus", "artifacts"];

/// Folders of somebody's machine. Written in halves, so that this file does not hold them.
const MACHINE_PATHS: [[&str; 2]; 4] = [["/wo", "rk/"], ["/ro", "ot/"], ["/fa", "rm/"], ["/home/", "runner/"]];

/// Hosts from which packages come: the ordinary clients know them, the repository need not.
const REGISTRIES: [[&str; 2]; 7] = [
    ["crates", ".io"],
    ["pypi", ".org"],
    ["python", "hosted.org"],
    ["npm", "js.org"],
    ["npm", "js.com"],
    ["deb.", "debian.org"],
    ["proxy.", "golang.org"],
];

/// (file, line holds, reason).
const REGISTRY_EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("Cargo.lock", "source = \"registry+", "cargo writes the name of its index into every entry"),
    ("fuzz/Cargo.lock", "source = \"registry+", "as Cargo.lock"),
];

/// The program gives evidence; whether something is one of these is for people to say.
const CLAIMS: [[&str; 2]; 3] = [["compl", "iant"], ["certi", "fied"], ["accred", "ited"]];

/// Sentences that deny the claim, or quote others: (file starts with, line holds, reason).
const CLAIM_EXCEPTIONS: [(&str, &str, &str); 5] = [
    ("", "every person accepted terms", "a researcher can be: capability 1.5 of SATRE is about people"),
    ("", "never prints", "says that the program does not say it"),
    ("", "is not ", "denies it"),
    ("", "cannot be ", "denies it"),
    ("", "no tool can ", "denies it"),
];

/// Spellings of another country that English prose of this repository does not use. Names in code keep theirs.
const FOREIGN: [&str; 7] = ["behavior", "favorite", "neighbor", "honored", "labeled", "canceled", "colored"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the root, with `/`, and text of every text file, in order.
fn texts() -> std::io::Result<Vec<(String, String)>> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_symlink() || LEFT_OUT.contains(&name.as_ref()) {
                continue;
            }
            if path.is_dir() {
                walk(&path, found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut paths = Vec::new();
    walk(root(), &mut paths)?;
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        // What is not UTF-8 is no text.
        if let Ok(text) = String::from_utf8(std::fs::read(&path)?) {
            all.push((path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/"), text));
        }
    }
    Ok(all)
}

/// Whether the line names this folder of the machine: at its root, not as the middle of a longer path.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        line.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric() && !"._-}/~*".contains(c))
    })
}

/// Whether the line holds the word, as a word of its own, in any case.
fn has_word(line: &str, word: &str) -> bool {
    let line = line.to_lowercase();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|s| s.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|s| s.chars().next());
        !letter(before) && !letter(after)
    })
}

/// The parts of a Rust line that the program can print: comments are for its readers.
fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") { "" } else { line.split(" // ").next().unwrap_or(line) }
}

#[test]
fn no_text_names_a_machine() {
    let mut wrong = Vec::new();
    for (file, text) in texts().unwrap() {
        for (number, line) in text.lines().enumerate() {
            for path in MACHINE_PATHS.map(|p| p.concat()) {
                if names_path(line, &path) {
                    wrong.push(format!("{file}:{}: {path}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "places of one machine:\n{}", wrong.join("\n"));
}

#[test]
fn no_text_names_a_package_registry() {
    let mut wrong = Vec::new();
    for (file, text) in texts().unwrap() {
        for (number, line) in text.lines().enumerate() {
            if REGISTRY_EXCEPTIONS.iter().any(|(name, holds, _)| *name == file && line.contains(holds)) {
                continue;
            }
            for host in REGISTRIES.map(|h| h.concat()) {
                if line.contains(&host) {
                    wrong.push(format!("{file}:{}: {host}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "package registries:\n{}", wrong.join("\n"));
}

#[test]
fn the_program_makes_no_claim_that_only_people_can_make() {
    let mut wrong = Vec::new();
    for (file, text) in texts().unwrap() {
        let printed = ["reports/", "controls/", "policies/", "src/"].iter().any(|f| file.starts_with(f));
        // Snapshots of tests repeat what is looked at where it is written.
        let repeated = Path::new(&file).extension().is_some_and(|e| e == "snap");
        if !printed || repeated {
            continue;
        }
        let rust = Path::new(&file).extension().is_some_and(|e| e == "rs");
        for (number, line) in text.lines().enumerate() {
            let line = if rust { without_comment(line) } else { line };
            let lower = line.to_lowercase();
            let denied =
                CLAIM_EXCEPTIONS.iter().any(|(name, holds, _)| file.starts_with(name) && lower.contains(holds));
            for word in CLAIMS.map(|c| c.concat()) {
                if has_word(line, &word) && !denied {
                    wrong.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "claims (say what was seen; or, where the sentence denies it, extend CLAIM_EXCEPTIONS):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn prose_is_british() {
    let mut wrong = Vec::new();
    for (file, text) in texts().unwrap() {
        let prose = [".md", ".html"].iter().any(|e| file.ends_with(e)) || file.starts_with("controls/");
        for (number, line) in text.lines().enumerate().filter(|_| prose) {
            for word in FOREIGN.iter().filter(|w| has_word(line, w)) {
                wrong.push(format!("{file}:{}: {word}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "American spellings:\n{}", wrong.join("\n"));
}

#[test]
fn the_checks_see_what_they_are_for() {
    let path = MACHINE_PATHS[0].concat();
    assert!(names_path(&format!("see {path}x"), &path));
    assert!(names_path(&format!("\"{path}x\""), &path));
    assert!(!names_path(&format!("https://example.org/our{path}x"), &path));
    assert!(!names_path(&format!("frame{}", path.trim_start_matches('/')), &path));
    let word = CLAIMS[0].concat();
    assert!(has_word(&format!("The TRE is {word}."), &word));
    assert!(has_word(&format!("non-{}", word.to_uppercase()), &word));
    assert!(!has_word(&format!("un{word}"), &word));
    assert_eq!(without_comment("    // a comment"), "");
    assert_eq!(without_comment("let a = \"b\"; // a comment"), "let a = \"b\";");
}
