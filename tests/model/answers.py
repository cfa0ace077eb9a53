"""An answer for every operation of the table, in the shape that AWS documents. Usage: answers.py ROWS.json; prints JSON.

Every member that the model has is there; what a model marks as sensitive holds the word PLANTED, so that a search of what was
kept finds any that got through. Lists have one item, and no answer has a next page.
"""

import json
import re
import sys

from models import model_of

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
VALUES = {"flag text": "true", "number text": "1", "document": POLICY, "time": "2026-05-28T20:26:40Z"}


def wire(key, value, xml):
    if xml == "ec2" and "locationName" not in value:
        return key
    return value.get("locationName", key)


def sample(shapes, name, xml, key, seen, operation):
    """A value of a shape; `key` is the member's name, `operation` the operation's."""
    shape = shapes[name]
    kind = shape["type"]
    if kind == "structure":
        if seen.count(name) > 1 or len(seen) > 12:
            return {} if not xml else ""
        made = {}
        for member, value in shape["members"].items():
            if value.get("location") in ("header", "headers", "statusCode", "uri", "querystring"):
                continue
            if re.fullmatch(r"(?i)next_?(page)?_?(token|marker)|marker|nextRecordsetId|HasMore.*|IsTruncated", member):
                continue
            made[wire(member, value, xml)] = sample(shapes, value["shape"], xml, member, [*seen, name], operation)
        if shape.get("union"):
            first = next(iter(made))
            return {first: made[first]}
        return made
    if kind == "list":
        item = sample(shapes, shape["member"]["shape"], xml, key, seen, operation)
        return {shape["member"].get("locationName", "member"): [item]} if xml else [item]
    if kind == "map":
        value = sample(shapes, shape["value"]["shape"], xml, key, seen, operation)
        return {"entry": [{"key": "sample", "value": value}]} if xml else {"sample": value}
    if kind == "timestamp":
        text = xml or shape.get("timestampFormat") == "iso8601"
        return VALUES["time"] if text else 1780000000
    if kind == "boolean":
        return True
    if kind in ("integer", "long", "double", "float"):
        return 1
    if shape.get("sensitive"):
        return f"PLANTED {key}"
    if "enum" in shape:
        return shape["enum"][0]
    if kind == "blob":
        return ""
    if re.search(r"(?i)arn$", key):
        return f"arn:aws:sample:eu-west-2:123456789012:{operation}/{key}"
    return f"x-{operation}-{key}"


def put(value, path, text):
    """Puts a text at a path, into the map that stands before its last step where there is one."""
    parts = re.findall(r"[^.\[\]]+|\[[^\]]+\]", path)
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part.startswith("["):
            entries = next(iter(value.values())) if isinstance(value, dict) else value
            names = [n for n in ("key", "Key", "name", "Name") if n in entries[0]]
            held = "value" if "value" in entries[0] else "Value"
            entries.append({names[0]: part[1:-1], held: text})
            return
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() else value[0][part]
        elif last:
            value[part] = text
        else:
            if part not in value:
                return
            value = value[part]


def fill(value, path, shape, xml):
    """Gives texts that a row reads as something else the form of that."""
    if isinstance(shape, str):
        here = value
        for part in [p for p in path.split(".") if p][:-1]:
            if isinstance(here, list):
                here = here[int(part)] if part.isdigit() else here[0].get(part, {})
            elif isinstance(here, dict):
                here = here.get(part, {})
        last = path.split(".")[-1]
        held = here.get(last) if isinstance(here, dict) else None
        # A time may be modelled as a text, and a map has what is asked of it.
        needs = shape in ("document", "flag text", "number text") or "[" in path or held is None
        if path and (needs or (shape == "time" and isinstance(held, str))):
            put(value, path, VALUES.get(shape, "x-text"))
        return
    items = value
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(items, list):
            items = items[int(part)] if part.isdigit() else items[0].get(part)
        elif isinstance(items, dict):
            items = items.get(part)
    if "record" in shape and isinstance(items, dict):
        for _, inner, of in shape["record"]:
            fill(items, inner, of, xml)
    elif "list" in shape and items:
        if xml and isinstance(items, dict):
            items = next(iter(items.values()))
        if isinstance(items, list):
            if isinstance(shape["list"], str):
                items[0] = VALUES.get(shape["list"], items[0]) if shape["list"] != "time" else items[0]
            else:
                fill(items[0], "", shape["list"], xml)


def escape(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;")


def element(name, value):
    if isinstance(value, list):
        return "".join(element(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(element(k, v) for k, v in value.items())}</{name}>"
    text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    return f"<{name}>{escape(text)}</{name}>"


def main():
    rows = json.load(open(sys.argv[1]))
    made = {}
    for row in rows:
        asks = [(row["list"], row["facets"], True)]
        asks += [(detail["ask"], detail["facets"], False) for detail in row["details"]]
        if row["tags"] and "ask" in row["tags"]:
            asks.append((row["tags"]["ask"], [], False))
        for ask, facets, listing in asks:
            name = f"{ask['service']}:{ask['operation']}"
            protocol = ask["of"]["protocol"]
            xml = protocol if protocol in ("query", "ec2", "rest xml") else ""
            found = model_of(ask["of"], ask["operation"])
            shapes, operation = found["shapes"], found["operations"][ask["operation"]]
            if name not in made:
                answer = sample(shapes, operation["output"]["shape"], xml, "", [], ask["operation"])
                payload = shapes[operation["output"]["shape"]].get("payload")
                if payload and not xml:
                    answer = answer[wire(payload, shapes[operation["output"]["shape"]]["members"][payload], xml)]
                made[name] = (xml, answer, ask["root"])
            answer = made[name][1]
            if ask["paging"] and isinstance(answer, dict):
                for part in ask["paging"][1].split("!"):
                    answer.pop(part, None)
            places = [answer]
            if ask["items"] not in ("", "."):
                at = answer
                for part in ask["items"].split("."):
                    at = at[0][part] if isinstance(at, list) else at[part]
                if xml and isinstance(at, dict):
                    at = next(iter(at.values()))
                places = at
                if ask["within"]:
                    inner = at[0][ask["within"]]
                    places = next(iter(inner.values())) if isinstance(inner, dict) else inner
            if listing:
                # So that what is asked of some resources alone is asked.
                for detail in row["details"]:
                    for path, begins, ends in detail["ask"]["only"] or []:
                        for place in places:
                            place[path] = begins + ("x" + ends if ends else "")
            for facet in facets:
                if listing or not ask["items"]:
                    for place in places:
                        if isinstance(place, dict):
                            fill(place, facet["path"], facet["shape"], xml)
                elif isinstance(facet["shape"], dict) and "list" in facet["shape"]:
                    for place in places:
                        if isinstance(place, dict) and not isinstance(facet["shape"]["list"], str):
                            fill(place, "", facet["shape"]["list"], xml)
    texts = {}
    for name, (xml, answer, root) in made.items():
        operation = name.split(":")[1]
        if xml == "query":
            inner = element(f"{operation}Result", answer)
            texts[name] = f"<{operation}Response>{inner}</{operation}Response>"
        elif xml:
            texts[name] = element(root, answer)
        else:
            texts[name] = json.dumps(answer)
    json.dump(texts, sys.stdout)


main()
