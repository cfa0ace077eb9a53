//! What the tags of a resource say, by the conventions of the products that set them.
//!
//! May import: nothing of this crate. Guarantees: conventions are ordered, the environment's own tags first; a tag that
//! names a person is never read.

pub(super) mod accelerator;
mod cluster;
mod own;
mod res;
mod treehoose;
mod workbench;

use std::collections::BTreeMap;

/// Who sets such tags, in the order in which they are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Convention {
    Own,
    Res,
    Treehoose,
    Workbench,
    Accelerator,
    Cluster,
}

impl Convention {
    /// The name that comments use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Res => "Research and Engineering Studio",
            Self::Treehoose => "TREEHOOSE",
            Self::Workbench => "Service Workbench",
            Self::Accelerator => "Landing Zone Accelerator",
            Self::Cluster => "ParallelCluster",
        }
    }

    /// Whether its tags say that a resource belongs to a research environment, and not only to a landing zone or cluster.
    pub(super) fn marks_research(self) -> bool {
        !matches!(self, Self::Accelerator | Self::Cluster)
    }
}

/// What a tag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The project that it belongs to.
    Project,
    /// That project's name for people.
    Title,
    /// What it is for, in the words of `tre:role`.
    Role,
    /// The level of classification of what it holds.
    Class,
    /// The environment that it is part of.
    Environment,
    /// Who supplied the data.
    Supplier,
    /// A desktop or compute node on which researchers work.
    Workplace,
    /// Nothing more than that it belongs to it.
    Part,
}

/// One tag that says something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sign {
    pub(super) convention: Convention,
    pub(super) what: What,
    pub(super) key: &'static str,
    pub(super) value: String,
}

impl Sign {
    /// `tag res:Project=imaging (Research and Engineering Studio)`.
    pub(super) fn words(&self) -> String {
        let tag = format!("tag {}={}", self.key, super::shown(&self.value));
        match self.convention.name() {
            "" => tag,
            name => format!("{tag} ({name})"),
        }
    }
}

/// What the tags of one resource say, best first.
pub(super) fn signs(tags: &BTreeMap<String, String>) -> Vec<Sign> {
    let mut found = Vec::new();
    for (convention, keys) in [
        (Convention::Own, Some(own::KEYS)),
        (Convention::Res, Some(res::KEYS)),
        (Convention::Treehoose, treehoose::keys(tags)),
        (Convention::Workbench, workbench::keys(tags)),
        (Convention::Accelerator, Some(accelerator::KEYS)),
        (Convention::Cluster, Some(cluster::KEYS)),
    ] {
        for (key, what) in keys.into_iter().flatten() {
            if let Some(value) = tags.get(*key).filter(|v| !v.trim().is_empty() && wanted(key, *what, v)) {
                // A value that no tag of AWS can hold is kept only as far as it shows that.
                let value = value.chars().take(super::LONGEST + 1).collect();
                found.push(Sign { convention, what: *what, key, value });
            }
        }
    }
    found
}

/// Whether a value says what the key is for.
fn wanted(key: &str, what: What, value: &str) -> bool {
    match what {
        // The scope word: what all projects share belongs to none.
        What::Project => value != "shared",
        What::Workplace => key != res::NODE_TYPE || res::WORKPLACES.contains(&value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Convention, What, signs};

    fn said(tags: &[(&str, &str)]) -> Vec<(Convention, What, String)> {
        let tags: BTreeMap<String, String> = tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        signs(&tags).into_iter().map(|s| (s.convention, s.what, s.value)).collect()
    }

    #[test]
    fn own_tags_are_believed_first() {
        let found = said(&[("res:Project", "b"), ("tre:project", "a")]);
        assert_eq!(found[0], (Convention::Own, What::Project, "a".to_owned()));
        assert_eq!(found[1], (Convention::Res, What::Project, "b".to_owned()));
    }

    #[test]
    fn what_all_projects_share_is_no_project() {
        assert_eq!(said(&[("tre:project", "shared")]), []);
        assert_eq!(said(&[("tre:scope", "shared")]), [(Convention::Own, What::Part, "shared".to_owned())]);
    }

    #[test]
    fn studio_desktops_are_where_researchers_work_and_its_own_servers_are_not() {
        let node = |kind| said(&[("res:NodeType", kind)]);
        assert_eq!(node("virtual-desktop-dcv-host")[0].1, What::Workplace);
        assert_eq!(node("app"), []);
        assert_eq!(node("infra"), []);
    }

    #[test]
    fn common_words_alone_make_no_treehoose() {
        assert_eq!(said(&[("Environment", "prod"), ("Owner", "x"), ("ProjectName", "web shop")]), []);
        let found = said(&[("ProjectCode", "p1"), ("ProjectName", "Asthma"), ("Owner", "a.person")]);
        assert_eq!(
            found,
            [
                (Convention::Treehoose, What::Project, "p1".to_owned()),
                (Convention::Treehoose, What::Title, "Asthma".to_owned())
            ]
        );
        let found =
            said(&[("InformationClassification", "tier2"), ("DataSource", "NHS Example"), ("IGLead", "a.person")]);
        assert_eq!(found.iter().map(|f| f.1).collect::<Vec<_>>(), [What::Class, What::Supplier]);
    }

    #[test]
    fn service_workbench_needs_all_three_of_its_tags() {
        assert_eq!(said(&[("Env", "x"), ("Proj", "y")]), []);
        let found = said(&[("Env", "x"), ("Proj", "y"), ("CreatedBy", "a.person")]);
        assert_eq!(
            found.iter().map(|f| (f.1, f.2.as_str())).collect::<Vec<_>>(),
            [(What::Project, "y"), (What::Environment, "x")]
        );
    }

    #[test]
    fn landing_zones_and_clusters_do_not_mark_research() {
        for key in ["Accelerator", "Accel-P", "parallelcluster:cluster-name"] {
            let found = said(&[(key, "x")]);
            assert!(found.iter().all(|f| !f.0.marks_research()) && found.len() == 1, "{key}");
        }
    }

    #[test]
    fn no_value_of_a_tag_names_a_person() {
        let person = "a.person@example.org";
        let keys = ["Owner", "IGLead", "CreatedBy", "res:User", "res:Owner"];
        let mut tags: Vec<(&str, &str)> = keys.iter().map(|k| (*k, person)).collect();
        tags.extend([("Env", "e"), ("Proj", "p"), ("ProjectCode", "c"), ("InformationClassification", "tier1")]);
        assert!(said(&tags).iter().all(|f| f.2 != person));
    }
}
