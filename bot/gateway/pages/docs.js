// /openapi.json as a page. Self-made because the usual viewers come from a CDN, which the policy forbids and which
// cannot be reached everywhere.
const main = document.querySelector("main");

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

const api = await (await fetch("/openapi.json")).json();
const resolve = (schema) => (schema?.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema);

function typeOf(schema) {
  const known = resolve(schema) ?? {};
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (known.enum) return known.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (known.anyOf) return known.anyOf.map(typeOf).join(" | ");
  if (known.type === "array") return `${typeOf(known.items)}[]`;
  return known.type ?? "any";
}

function fieldList(rows) {
  const list = make("dl");
  for (const [name, type, note] of rows) {
    const term = make("dt");
    term.append(make("code", name), " ", make("span", type, "quiet"));
    list.append(term, make("dd", note));
  }
  return list;
}

function operation(method, path, details) {
  const section = make("section", undefined, "operation");
  const heading = make("h3");
  heading.append(make("span", method.toUpperCase(), `method ${method}`), " ", make("code", path));
  section.append(heading, make("p", details.description ?? details.summary));
  const rows = (details.parameters ?? []).map((p) => [p.name, `${typeOf(p.schema)}, in ${p.in}`, p.description ?? ""]);
  const body = details.requestBody?.content?.["application/json"]?.schema;
  const schema = resolve(body?.anyOf?.[0] ?? body);
  for (const [name, field] of Object.entries(schema?.properties ?? {})) {
    const optional = schema.required?.includes(name) ? "" : ", optional";
    rows.push([name, typeOf(field) + optional, field.description ?? ""]);
  }
  if (rows.length) section.append(fieldList(rows));
  return section;
}

main.append(make("p", api.info.description.replaceAll("`", "")));
const groups = new Map();
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, details] of Object.entries(methods)) {
    const tag = details.tags?.[0] ?? "Other";
    if (!groups.has(tag)) groups.set(tag, [make("h2", tag)]);
    groups.get(tag).push(operation(method, path, details));
  }
}
for (const elements of groups.values()) main.append(...elements);
main.removeAttribute("aria-busy");
