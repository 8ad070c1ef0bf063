// The clauses of a policy pack through json-logic-js over the golden households, each on its
// own day. The operators that JsonLogic does not have are added. Prints households per
// second.   node policy_peer.js JSON-LOGIC PACK HOUSEHOLDS
const fs = require("fs"), path = require("path");
const [, , module_path, pack_path, folder] = process.argv;
const logic = require(module_path);
const pack = JSON.parse(fs.readFileSync(pack_path));
let today, parameters;
logic.add_operation("parameter", (id) => parameters[id]);
logic.add_operation("as_of", () => today);
// the golden households of which something is unknown
logic.add_operation("age", (born) => {
    if (!born) return null;
    let years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
    return today.slice(5) < born.slice(5) ? years - 1 : years;
});
logic.add_operation("add_months", (day, months) => {
    if (!day) return null;
    const [y, m, d] = day.split("-").map(Number), at = y * 12 + m - 1 + months;
    const last = new Date(Date.UTC(Math.floor(at / 12), (at % 12) + 1, 0)).getUTCDate();
    return new Date(Date.UTC(Math.floor(at / 12), at % 12, Math.min(d, last)))
        .toISOString().slice(0, 10);
});
const in_force = (list, day) => list.find((v) => v.from <= day && (!v.to || day <= v.to));
// "ho.loai" is a path in JsonLogic
function nest(facts) {
    const data = {};
    for (const [key, value] of Object.entries(facts)) {
        const parts = key.split("."), last = parts.pop();
        let at = data;
        for (const part of parts) at = at[part] = at[part] || {};
        at[last] = value;
    }
    return data;
}
const households = fs.readdirSync(folder).sort().map((name) => {
    const file = JSON.parse(fs.readFileSync(path.join(folder, name)));
    const values = {};
    for (const p of pack.parameters) {
        const v = in_force(p.values, file.as_of);
        if (v) values[p.id] = v.value;
    }
    const rules = [];
    for (const p of pack.policies) {
        const v = in_force(p.versions, file.as_of);
        if (v) for (const c of v.clauses) rules.push(c.if);
    }
    return { day: file.as_of, data: nest(file.facts), values, rules };
});
let count = 0, held = 0;
const begin = process.hrtime.bigint();
while (process.hrtime.bigint() - begin < 2000000000n)
    for (const h of households) {
        today = h.day;
        parameters = h.values;
        for (const rule of h.rules) held += logic.apply(rule, h.data) ? 1 : 0;
        count++;
    }
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
if (!held) process.exit(1);
console.log(Math.round(count / seconds));
