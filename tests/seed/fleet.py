"""Makes an organisation of empty accounts in a moto server. Usage: fleet.py ENDPOINT ACCOUNTS (the caller's own is one)."""

import sys

import boto3

client = boto3.client("organizations", "us-east-1", endpoint_url=sys.argv[1])
client.create_organization(FeatureSet="ALL")
for number in range(int(sys.argv[2]) - 1):
    client.create_account(Email=f"a{number}@example.org", AccountName=f"project-{number}")
