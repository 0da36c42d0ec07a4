"""What the single notification sheet (一次性告知单) says: everything at once, nothing to come back for.

`sheet_content` returns plain data (str, int, bool, list, dict, None) for the template
`notices/sheet.html`, the live page and the command line. All words are ready to print. Keys:

title            "新生儿出生一件事一次性告知单"
bundle           id, name, code, version, commitment ("5 个工作日"), commitment_excludes,
                 joint_mode (words), proposed (True: some items are 拟定)
region           code, name
centre           name of the service centre
on, on_iso       "2026年11月21日", "2026-11-21"
code, address    code of the consultation (typable), address the QR holds (".../s/CODE")
scope, notes     lists of sentences: conditions of the bundle, remarks
answered         [{element, ask, option, label}]          the situation as it was answered
open             [{element, ask, branches: [{option, label, sentences: [str]}]}]      如……则需……
items            [{n, id, name, code, department, department_name, open, because, when, basis: [str],
                   conditions: [str], after: [name], start (sentence), statutory, statutory_basis,
                   committed, committed_note, fee, result, validity, special: [str], survey,
                   notice_only, proposed, remedy}]        in the order of handling
not_needed       [{name, because}]                        items that this situation does not need
materials        [{n, id, name, necessity, source, issuer, form, copies, standards: [str], note,
                   blank (True: a blank form is printed on request), because, open,
                   askers: [{item, department, basis, necessity, because, open}]}]   to hand in
on_site          same lines: shown at the on-site check, not handed in
waived           [{name, reason, basis, askers: [item name]}]      papers nobody has to bring, and why
sections         [{name, fields: [{label, required, open, given, feeds: [department], because}],
                   to_fill}]                              overview of the one form
departments      [{id, name, short, lead, items: [name], address, phone, supervision_phone, hours}]
place            {name, address, phone, supervision_phone, hours}
steps            [str]                                    how it goes, in order
bases            [str]                                    legal bases, each once
rights           [str]                                    one-time notice, limits, remedies
counters         [{measure, name, before, after, unit, lines: [str],
                   published: [{before, after, source}]}]   papers, fields, trips, days
provisional      [str]                                    what on this sheet is not final, and why
"""
