"""Holds the rows of the table against AWS's service models. Usage: check.py ROWS.json

Says of each row what is not as AWS documents it: operation, method and path, target, sent and required members, lists,
pages, ids, the path and type of each facet, error codes. Ends with 1 where there is anything to say.
"""

import json
import re
import sys

from models import PARTS, member, model_of

# Codes that services answer with and that their models leave out, each with where AWS says so.
UNMODELLED = {
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: EC2 models no error.
    # S3 Control answers with it where an instance has no policy; no page of AWS lists the codes of this operation.
    "s3:GetAccessGrantsInstanceResourcePolicy AccessGrantsInstanceResourcePolicyNotExists",
}

# Roots that are not the name of the answer's shape.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListDirectoryBuckets.html
ROOTS = {"ListDirectoryBucketsOutput": "ListAllMyDirectoryBucketsResult"}

problems = []


def step(shapes, shape, path, xml):
    """The shape at a path, or None."""
    parts = re.findall(r"[^.\[\]]+|\[[^\]]+\]", path)
    at = shape
    for part in parts:
        if at is None:
            return None
        if part.startswith("["):
            if at["type"] == "map":
                at = shapes[at["value"]["shape"]]
            elif at["type"] == "list":
                item = shapes[at["member"]["shape"]]
                names = {name.lower(): value for name, value in item["members"].items()}
                at = shapes[names["value"]["shape"]] if "value" in names and {"key", "name"} & set(names) else None
            else:
                return None
        elif at["type"] == "list":
            # A place in a list, or in XML the element of its items.
            element = at["member"].get("locationName", "member")
            if part.isdigit() or (xml and part == element):
                at = shapes[at["member"]["shape"]]
            else:
                return None
        elif at["type"] == "map":
            at = None if xml else shapes[at["value"]["shape"]]
        elif at["type"] == "structure":
            found = member(shapes, at, part, xml)
            at = shapes[found["shape"]] if found else None
        else:
            return None
    return at


TYPES = {
    "text": {"string", "character"},
    "flag": {"boolean"},
    "flag text": {"string"},
    "number": {"integer", "long"},
    "number text": {"string", "integer", "long"},
    "time": {"timestamp", "string"},
    "document": {"string"},
}


def fits(shapes, shape, wanted, xml, where):
    if shape is None:
        problems.append(f"{where}: AWS documents no such member")
        return
    if isinstance(wanted, str):
        if shape["type"] not in TYPES[wanted]:
            problems.append(f"{where}: is a {shape['type']}, read as {wanted}")
    elif "list" in wanted:
        if shape["type"] != "list":
            problems.append(f"{where}: is a {shape['type']}, read as a list")
        else:
            fits(shapes, shapes[shape["member"]["shape"]], wanted["list"], xml, f"{where}[]")
    elif "map" in wanted:
        if shape["type"] != "map":
            problems.append(f"{where}: is a {shape['type']}, read as a map")
        else:
            fits(shapes, shapes[shape["value"]["shape"]], wanted["map"], xml, f"{where}{{}}")
    elif shape["type"] != "structure":
        problems.append(f"{where}: is a {shape['type']}, read as a record")
    else:
        for _, path, inner in wanted["record"]:
            fits(shapes, step(shapes, shape, path, xml), inner, xml, f"{where}.{path}")


def check_sent(shapes, shape, value, where):
    """Checks a value of members or a list against the shape of the member that it is sent as."""
    if "record" in value:
        if shape["type"] != "structure":
            problems.append(f"{where}: is a {shape['type']}, sent as members")
            return
        for name, inner in value["record"]:
            found = member(shapes, shape, name, "")
            if found is None:
                problems.append(f"{where}: has no member {name}")
            else:
                check_sent(shapes, shapes[found["shape"]], inner, f"{where}.{name}")
        for needed in shape.get("required", []):
            if needed not in [name for name, _ in value["record"]]:
                problems.append(f"{where}: needs {needed}")
    elif "list" in value:
        if shape["type"] != "list":
            problems.append(f"{where}: is a {shape['type']}, sent as a list")
            return
        for inner in value["list"]:
            check_sent(shapes, shapes[shape["member"]["shape"]], inner, f"{where}[]")
    elif "text" in value and value["text"] not in shape.get("enum", [value["text"]]):
        problems.append(f"{where}: takes no {value['text']!r}")


def paths(value):
    """The members of the listed resource that a sent value names."""
    if "record" in value:
        return [path for _, inner in value["record"] for path in paths(inner)]
    if "list" in value:
        return [path for inner in value["list"] for path in paths(inner)]
    path = value.get("of", value.get("one"))
    return [] if path is None else [path]


def check_ask(row, ask, item):
    """Checks a request; gives shapes, the answer's shape, that of its items, and how XML names members."""
    name = f"{row['kind']}: {ask['service']}:{ask['operation']}"
    service = ask["of"]
    found = model_of(service, ask["operation"])
    if found is None:
        problems.append(f"{name}: no model has this operation for that service, protocol, target and version")
        return None
    shapes, operation = found["shapes"], found["operations"][ask["operation"]]
    protocol = service["protocol"]
    xml = {"query": "query", "ec2": "ec2", "rest xml": "rest xml"}.get(protocol if isinstance(protocol, str) else "", "")
    if isinstance(protocol, dict) and found["metadata"].get("jsonVersion") != protocol["json"][0]:
        problems.append(f"{name}: AWS documents JSON {found['metadata'].get('jsonVersion')}")
    signing = found["metadata"].get("signingName", found["metadata"]["endpointPrefix"])
    if signing != PARTS.get(service["name"], service["name"]):
        problems.append(f"{name}: requests are signed for {signing}")
    prefix = found["metadata"]["endpointPrefix"]
    host_prefix = operation.get("endpoint", {}).get("hostPrefix", "").replace("{AccountId}", "{account}")
    host = service["host"] or f"{service['name']}.{{region}}.{{dns}}"
    if host_prefix and not host.startswith(host_prefix):
        problems.append(f"{name}: its host begins with {host_prefix}")
    if not host_prefix and not service["host"] and prefix != service["name"]:
        problems.append(f"{name}: its host begins with {prefix}")
    given = shapes[operation["input"]["shape"]] if "input" in operation else {"members": {}}
    answer = shapes[operation["output"]["shape"]] if "output" in operation else {"type": "structure", "members": {}}
    if xml == "rest xml":
        named = operation["output"]["shape"]
        if ask["root"] != ROOTS.get(named, named):
            problems.append(f"{name}: its root is {named}")
    if "payload" in answer:
        answer = shapes[answer["members"][answer["payload"]]["shape"]]

    method, route = ask["route"]
    path, _, queried = route.partition("?")
    sends = [sent for sent, _ in ask["sent"]] + ([ask["paging"][0]] if ask["paging"] and ask["paging"][0] else [])
    if protocol in ("rest", "rest xml"):
        http = operation["http"]
        wanted = http["requestUri"].split("?")[0]
        if (method, path) != (http["method"], wanted):
            problems.append(f"{name}: AWS documents {http['method']} {wanted}")
        for sent in sends:
            places = [
                value
                for key, value in given["members"].items()
                if sent == (value.get("locationName", key))
            ]
            if not places:
                problems.append(f"{name}: takes no {sent}")
                continue
            place = places[0].get("location", "body")
            headed = protocol == "rest xml" and sent.startswith("x-amz-")
            here = "header" if headed else "uri" if f"{{{sent}}}" in path or f"{{{sent}+}}" in path else "querystring" if method == "GET" or sent in queried.split("&") else "body"
            if place != here:
                problems.append(f"{name}: {sent} belongs into the {place}")
        required = [given["members"][m].get("locationName", m) for m in given.get("required", [])]
    else:
        for sent in sends:
            known = sent.split(".")[0]
            keys = set(given["members"])
            if xml == "ec2":
                keys |= {
                    v.get("queryName", v.get("locationName", k)[:1].upper() + v.get("locationName", k)[1:])
                    for k, v in given["members"].items()
                }
            if known not in keys:
                problems.append(f"{name}: takes no {sent}")
        required = given.get("required", [])
        if xml == "ec2":
            # Lists are sent under the name of one item.
            required = [
                m if m in [sent.split(".")[0] for sent in sends] else given["members"][m].get("locationName", m)
                for m in required
            ]
    for sent, value in ask["sent"]:
        found = member(shapes, given, sent, "")
        if found is not None:
            check_sent(shapes, shapes[found["shape"]], value, f"{name} sends {sent}")
    for needed in required:
        if needed not in [sent.split(".")[0] for sent in sends]:
            problems.append(f"{name}: needs {needed}")
    for needed in ask["needed"]:
        if step(shapes, answer, needed, xml) is None:
            problems.append(f"{name}: answers with no {needed}")
    if ask["paging"]:
        path, _, flag = ask["paging"][1].partition("!")
        token, more = (step(shapes, answer, part, xml) if part else None for part in (path, flag))
        if path and (token is None or token["type"] != "string"):
            problems.append(f"{name}: {path} is no token")
        if flag and (more is None or more["type"] != "boolean"):
            problems.append(f"{name}: {flag} is no flag")
    elif ask["items"] not in ("", "."):
        # A list that has pages must be followed.
        pages = [m for m in answer["members"] if re.fullmatch(r"(?i)next_?(page)?_?(token|marker)|marker|nextRecordsetId", m)]
        if pages:
            problems.append(f"{name}: has pages ({pages[0]})")
    errors = {e["shape"] for e in operation.get("errors", [])} | {
        shapes[e["shape"]].get("error", {}).get("code", e["shape"]) for e in operation.get("errors", [])
    }
    for code in ask["absent"]:
        plain = code.split(": ")[0]
        if plain not in errors and f"{ask['service']}:{ask['operation']} {plain}" not in UNMODELLED and xml != "ec2":
            problems.append(f"{name}: documents no error {plain} (it documents {sorted(errors)})")
    items = None
    if ask["items"] == ".":
        items = answer
    elif ask["items"]:
        listed = step(shapes, answer, ask["items"], xml)
        if listed is None or listed["type"] != "list":
            problems.append(f"{name}: {ask['items']} is no list")
        else:
            items = shapes[listed["member"]["shape"]]
            if ask["within"]:
                inner = step(shapes, items, ask["within"], xml)
                items = shapes[inner["member"]["shape"]] if inner and inner["type"] == "list" else None
                if items is None:
                    problems.append(f"{name}: {ask['within']} is no list")
    return shapes, answer, items, xml, listed if ask["items"] not in ("", ".") else None


def main():
    rows = json.load(open(sys.argv[1]))
    by_kind = {row["kind"]: row for row in rows}
    items_of = {}

    def chain(row):
        if row["kind"] not in items_of:
            checked = check_ask(row, row["list"], None)
            items_of[row["kind"]] = checked
        return items_of[row["kind"]]

    def at(row, path):
        """The shape of a member of the listed resource, `^` being the one above."""
        while path.startswith("^"):
            if row["under"] is None:
                return None
            row, path = by_kind[row["under"]], path[1:]
        checked = chain(row)
        if checked is None or checked[2] is None:
            return None
        return step(checked[0], checked[2], path, checked[3])

    for row in rows:
        checked = chain(row)
        if checked is None:
            continue
        shapes, _, items, xml, _ = checked
        if row["list"]["items"] != ".":
            for part in row["id"].split("|"):
                shape = at(row, part)
                if shape is None or shape["type"] not in ("string", "integer", "long", "double"):
                    problems.append(f"{row['kind']}: its id {part!r} is neither text nor number")
        if row["arn"] is not None and (at(row, row["arn"]) or {}).get("type") != "string":
            problems.append(f"{row['kind']}: its ARN {row['arn']!r} is no text")
        for facet in row["facets"]:
            if items is not None:
                fits(shapes, step(shapes, items, facet["path"], xml), facet["shape"], xml, f"{row['kind']} {facet['name']}")
        asks = [(detail["ask"], detail["facets"]) for detail in row["details"]]
        tags = row["tags"] or {}
        if "ask" in tags:
            asks.append((tags["ask"], []))
        for ask, facets in asks:
            described = check_ask(row, ask, None)
            for path in (path for _, value in ask["sent"] for path in paths(value)):
                if at(row, path) is None:
                    problems.append(f"{row['kind']}: {ask['operation']} sends {path!r}, which no listing shows")
            if described is None:
                continue
            of_shapes, answer, _, of_xml, listed = described
            for facet in facets:
                whole = listed if ask["items"] else answer
                if whole is not None:
                    # The pages of a list are one list already.
                    shape = whole if facet["path"] == "" else step(of_shapes, whole, facet["path"], of_xml)
                    fits(of_shapes, shape, facet["shape"], of_xml, f"{row['kind']} {facet['name']}")
            if ask is tags.get("ask"):
                if "asked" in tags and listed is not None:
                    item = of_shapes[listed["member"]["shape"]]
                    for name in tags["asked"]:
                        if member(of_shapes, item, name, of_xml) is None:
                            problems.append(f"{row['kind']}: a tag has no {name}")
                if "object" in tags and (step(of_shapes, answer, tags["object"], of_xml) or {}).get("type") != "map":
                    problems.append(f"{row['kind']}: {tags['object']} is no map of tags")
        for path in (path for _, value in row["list"]["sent"] for path in paths(value)):
            if at(row, path) is None:
                problems.append(f"{row['kind']}: its listing sends {path!r}, which no listing shows")
        for way in ("listed", "within"):
            if way in tags:
                path, key, value = tags[way]
                source = (shapes, items, xml) if way == "listed" else None
                if source is None:
                    described = check_ask(row, tags["ask"], None)
                    source = (described[0], described[1], described[3]) if described else None
                if source is not None:
                    found = step(source[0], source[1], path, source[2])
                    item = source[0][found["member"]["shape"]] if found and found["type"] == "list" else None
                    if item is None or any(member(source[0], item, n, source[2]) is None for n in (key, value)):
                        problems.append(f"{row['kind']}: its tags are not at {path!r}")
    for problem in dict.fromkeys(problems):
        print(problem)
    print(f"{len(rows)} types, {len(dict.fromkeys(problems))} problems")
    sys.exit(1 if problems else 0)


main()
