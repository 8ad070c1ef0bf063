// Random well-typed expressions: on fully known facts the value is json-logic-js's; with facts
// missing it is unknown or the same.   node logic_random.js TRAMTINCTL JSON-LOGIC SEED COUNT
const { execFileSync } = require("child_process");
const [, , ctl, module_path, seed_text, count_text] = process.argv;
const logic = require(module_path);
let state = BigInt(seed_text);
function below(n) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(n));
}
const pick = (list) => list[below(list.length)];
const choices = ["ngheo", "can_ngheo", "khac"];
const days = ["1956-02-29", "2024-02-29", "2026-12-31", "2027-01-01"];
const some_number = () => below(9) - 4;
const names = {
    bool: ["a", "b"], number: ["n", "m"], choice: ["c"], day: ["d"],
};
const in_list = { bool: ["p"], number: ["q"], choice: ["r"], day: ["e"] };
function leaf(type, scope) {
    if (below(3)) return { var: pick(scope[type]) };
    if (type === "bool") return below(2) === 1;
    if (type === "number") return some_number();
    return pick(type === "choice" ? choices : days);
}
function literal(type) {
    return type === "number" ? some_number() : pick(type === "choice" ? choices : days);
}
const many = (make) => Array.from({ length: 1 + below(3) }, make);
function number(depth, scope) {
    if (depth <= 0) return leaf("number", scope);
    const one = () => number(depth - 1, scope);
    return pick([
        () => leaf("number", scope),
        () => ({ "+": [one(), one()] }),
        () => ({ "-": below(2) ? [one(), one()] : [one()] }),
        () => ({ "*": [one(), one()] }),
        () => ({ [pick(["min", "max"])]: [one(), ...many(one)] }),
        () => ({ if: [bool(depth - 1, scope), one(), one()] }),
    ])();
}
function bool(depth, scope) {
    if (depth <= 0) return leaf("bool", scope);
    const one = () => bool(depth - 1, scope), n = () => number(depth - 1, scope);
    const same = () => { const t = pick(["choice", "day"]); return [{ var: scope[t][0] }, literal(t)]; };
    const tests = [
        () => ({ [pick(["and", "or"])]: many(one) }),
        () => ({ "!": below(2) ? one() : [one()] }),
        () => ({ [pick(["==", "!=", "<", "<=", ">", ">="])]: [n(), n()] }),
        () => ({ [pick(["<", "<="])]: [n(), n(), n()] }),
        () => ({ [pick(["==", "!="])]: same() }),
        () => ({ [pick(["<", "<=", ">", ">="])]: [{ var: scope.day[0] }, pick(days)] }),
        () => ({ in: [{ var: scope.choice[0] }, many(() => pick(choices))] }),
        () => ({ in: [n(), many(some_number)] }),
        () => ({ if: [one(), one(), one(), one(), one()] }),
    ];
    if (scope === names)
        tests.push(() => ({ [pick(["some", "all", "none"])]: [{ var: "l" }, bool(depth - 1, in_list)] }));
    return pick(tests)();
}
function value(type) {
    return type === "bool" ? below(2) === 1 : literal(type);
}
function household() {
    const data = {};
    for (const [type, list] of Object.entries(names)) for (const k of list) data[k] = value(type);
    data.l = Array.from({ length: below(3) }, () => {
        const member = {};
        for (const [type, list] of Object.entries(in_list)) member[list[0]] = value(type);
        return member;
    });
    return data;
}
function forget(data) {
    const copy = JSON.parse(JSON.stringify(data));
    for (const k of Object.keys(copy)) if (!below(3)) delete copy[k];
    for (const m of copy.l || []) for (const k of Object.keys(m)) if (!below(3)) m[k] = null;
    return copy;
}
const ours = (e, d) => JSON.parse(execFileSync(ctl, ["logic", "--", JSON.stringify(e), JSON.stringify(d)]));
let known = 0, unknown = 0;
for (let i = 0; i < Number(count_text); i++) {
    const e = below(4) ? bool(4, names) : number(4, names), data = household();
    const expected = logic.apply(e, data), found = ours(e, data);
    // JavaScript has a -0
    if (found !== expected && !(found === 0 && expected === 0)) {
        console.log("differs", JSON.stringify(e), JSON.stringify(data), expected, found);
        process.exit(1);
    }
    const part = forget(data), partly = ours(e, part);
    if (partly !== null && partly !== found) {
        console.log("turns", JSON.stringify(e), JSON.stringify(part), JSON.stringify(data), partly, found);
        process.exit(1);
    }
    partly === null ? unknown++ : known++;
}
console.log(`${count_text} expressions agree; with facts missing ${known} known, ${unknown} unknown`);
process.exit(known && unknown ? 0 : 1);
