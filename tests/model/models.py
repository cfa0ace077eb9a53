"""AWS's service models, as botocore carries them, and the way from a row of the table to its operation."""

import botocore.loaders

LOADER = botocore.loaders.Loader()
NAMES = LOADER.list_available_services("service-2")
_MODELS = {}

# Services that have no model of their own: the name that requests are signed for, and the model that has the operations.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-authenticating-authorizing.html
PARTS = {"s3express": "s3"}


def model(name):
    if name not in _MODELS:
        _MODELS[name] = LOADER.load_service_model(name, "service-2")
    return _MODELS[name]


def _speaks(metadata, service):
    """Whether a model is that of a row's service: the target prefix is unique, else the signing name is."""
    protocol = service["protocol"]
    if isinstance(protocol, dict):
        return metadata.get("targetPrefix") == protocol["json"][1]
    name = PARTS.get(service["name"], service["name"])
    if name not in (metadata.get("signingName"), metadata.get("endpointPrefix")):
        return False
    wanted = {"rest": "rest-json", "rest xml": "rest-xml", "query": "query", "ec2": "ec2"}[protocol]
    return wanted in [metadata["protocol"], *metadata.get("protocols", [])]


_INDEX = []


def model_of(service, operation):
    """The model in which a row's operation stands, and the operation's name there."""
    if not _INDEX:
        _INDEX.extend((name, model(name)) for name in NAMES)
    found = [
        candidate
        for _, candidate in _INDEX
        if operation in candidate["operations"] and _speaks(candidate["metadata"], service)
    ]
    # Where a name is used twice (elb, elbv2), the version says which.
    exact = [m for m in found if not service["version"] or m["metadata"]["apiVersion"] == service["version"]]
    # DocumentDB and Neptune speak as RDS does, and with less to say.
    return max(exact, key=lambda m: len(m["operations"]), default=None)


def member(shapes, shape, name, xml):
    """The member of a structure by its name on the wire."""
    for key, value in shape.get("members", {}).items():
        on_wire = value.get("locationName", key)
        if name in (on_wire, key if not xml else None):
            return value
    return None
