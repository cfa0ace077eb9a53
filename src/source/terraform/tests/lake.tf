locals {
  # What is logged.
  logged = aws_s3_bucket.source.id
}

resource "aws_kms_key" "data" {
  description             = "Data of the projects"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_s3_bucket" "source" {
  bucket = "tre-source"
}

data "aws_iam_policy_document" "source" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.source.arn, "${aws_s3_bucket.source.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "source" {
  bucket = aws_s3_bucket.source.id
  policy = data.aws_iam_policy_document.source.json
}

resource "aws_s3_bucket_logging" "any" {
  bucket        = local.logged
  target_bucket = "tre-logs"
  target_prefix = "s3/"
}
