use super::*;

/// The statement of the documentation, with a hash in place of the dots.
pub(in crate::declaration) const STATEMENT: &str = r#"id = "att-2026-0031"
kind = "statement"            # statement | dpia | approval | training | terms | access-review | deidentification | delegation |
                              # egress-destination | emergency-change | deletion | ml-plan | supplier | exception
subject = "satre:3.3.04"      # or project:cardio-2026, person:u123, dataset:..., group:..., destination:..., control:SET-NET-02@arn
score = 1                     # statements only: 0, 1, 2 or "N/A" with na_reason (refused for Mandatory)
claim = "SOP-14 v3 governs output checking."
role = "Output Checker"       # must be a SATRE role listed for that statement
by = "u321"                   # must hold the role
approved_by = "u654"          # a different person
made = 2026-10-01
expires = 2027-10-01          # mandatory; longest life per kind below
evidence = [{ uri = "https://docs.example/sop-14v3", sha256 = "abababababababababababababababababababababababababababababababab" }]
supersedes = "att-2025-0019"
"#;

/// The exception of the documentation.
pub(in crate::declaration) const EXCEPTION: &str = r#"id = "exc-2026-0011"
kind = "exception"
subject = "control:DAT-STO-02@arn:aws:s3:::tre-reference-data"   # resource exact, or a glob
reason = "Public reference genome, no personal data."
risk = "Low: nothing confidential is held."
by = "u321"
approved_by = "u654"
authority = "SIRO"            # by what authority the approver decides
made = 2026-10-01
review = 2026-11-15
expires = 2026-12-30
end_plan = "Moved to the public account by December."
"#;
