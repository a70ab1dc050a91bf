import Escaping

/// A map of the file, read by its form. Unknown and missing keys are reported by the initializer, wrong values when they are read; a key
/// that is absent has the form's default.
package struct Fields {
    package let form: Form
    package let path: DocumentPath
    /// Where the map is written; for a word without a map, the position of the word.
    package let mark: SourceMark
    package let findings: Findings
    private let entries: [String: WrittenValue.Entry]

    /// Nil, with a diagnostic, if the value is not a map.
    package init?(_ located: Located, form: Form, findings: Findings) {
        guard case .map(let entries) = located.value.content else {
            findings.mismatch(located, expected: ValueType.form(form).described)
            return nil
        }
        self.init(entries: entries, at: located.mark, path: located.path, form: form, findings: findings)
    }

    package init(
        entries: [WrittenValue.Entry], at mark: SourceMark, path: DocumentPath, form: Form, findings: Findings
    ) {
        self.form = form
        self.path = path
        self.mark = mark
        self.findings = findings
        self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        let known = form.keys.map(\.name)
        var unknown: [String] = []
        let place = path.named
        for entry in entries where !known.contains(entry.key) {
            guard !findings.isFull else {
                findings.omit()
                continue
            }
            if form.meaningless.contains(entry.key) {
                findings.error(
                    at: entry.keyMark, path: .key(path, entry.key),
                    "\(Printable.quoted(entry.key)) means nothing in \(form.name), at \(place)", expected: known.listed())
                continue
            }
            unknown.append(entry.key)
            findings.error(
                at: entry.keyMark, path: .key(path, entry.key), "unknown key \(Printable.quoted(entry.key)) in \(place)",
                expected: known.isEmpty ? "no keys" : known.listed(),
                hint: known.nearest(to: entry.key).map { "did you mean \"\($0)\"?" })
        }
        for key in form.keys where key.presence == .required && self.entries[key.name] == nil {
            // A misspelt key that is close to this one has been reported, with this one as its hint.
            guard !unknown.contains(where: { known.nearest(to: $0) == key.name }) else { continue }
            findings.error(
                at: mark, path: path, "\(path.named) has no \(key.name)", expected: "\(key.name): \(key.type.described)")
        }
    }

    package func has(_ key: String) -> Bool { entries[key] != nil }

    /// The value of a key, of any type; nil if it is absent.
    package func located(_ key: String) -> Located? {
        assert(form.key(key) != nil, "the form has no such key")
        return entries[key].map { Located(value: $0.value, path: .key(path, key)) }
    }

    package func keyMark(_ key: String) -> SourceMark { entries[key]?.keyMark ?? mark }

    /// Nil if the key is absent, or, with a diagnostic, if the value is wrong.
    /// - Parameter most: the most code points allowed, since the time to typeset a text grows faster than its length.
    package func text(_ key: String, most: Int = Limits.nameCharacters) -> String? {
        guard let located = located(key) else { return nil }
        guard case .scalar(let text, _) = located.value.content, !located.value.isNull else {
            findings.mismatch(located, expected: "text")
            return nil
        }
        let count = text.unicodeScalars.count
        guard count <= most else {
            findings.error(at: located, "\(located.path) has \(count.grouped) characters", expected: "at most \(most.grouped)")
            return nil
        }
        return text
    }

    package func truth(_ key: String) -> Bool? {
        guard let located = located(key) else { return standard(key) == "true" ? true : standard(key).map { _ in false } }
        return findings.truth(located)
    }

    package func whole(_ key: String) -> Int? {
        guard case .whole(let range) = form.key(key)?.type else { return nil }
        guard let located = located(key) else { return standard(key).flatMap { Int($0) } }
        return findings.whole(located, in: range)
    }

    package func seed(_ key: String) -> UInt64? {
        guard case .seed = form.key(key)?.type else { return nil }
        guard let located = located(key) else { return standard(key).flatMap { UInt64($0) } }
        return findings.whole(located, of: .seed) { $0 }
    }

    package func number(_ key: String) -> Double? {
        guard case .number(let range) = form.key(key)?.type else { return nil }
        guard let located = located(key) else { return standard(key).flatMap { Double($0) } }
        return findings.number(located, in: range)
    }

    package func word(_ key: String) -> String? {
        guard case .word(let words) = form.key(key)?.type else { return nil }
        guard let located = located(key) else { return standard(key) }
        return findings.word(located, of: words)
    }

    private func standard(_ key: String) -> String? {
        if case .standard(let text) = form.key(key)?.presence { return text }
        return nil
    }
}

extension Findings {
    package func truth(_ located: Located) -> Bool? {
        if let truth = located.plainTruth { return truth }
        mismatch(located, expected: "true or false")
        return nil
    }

    package func whole(_ located: Located, in range: ClosedRange<Int>) -> Int? {
        whole(located, of: .whole(range)) { (value: Int) in range.contains(value) ? value : nil }
    }

    /// - Parameter allowed: gives the value, or nil if it is out of range.
    fileprivate func whole<Value: FixedWidthInteger>(_ located: Located, of type: ValueType, _ allowed: (Value) -> Value?) -> Value? {
        guard case .scalar(let text, let isPlain) = located.value.content else {
            mismatch(located, expected: type.described)
            return nil
        }
        guard isPlain else {
            mismatch(located, expected: type.described, hint: WrittenNumber.isDecimal(text) ? "write it without quotes" : nil)
            return nil
        }
        do {
            if let value = allowed(try WrittenNumber.integer(text)) { return value }
            mismatch(located, expected: type.described)
        } catch {
            let expected = error.isTooLarge ? type.bounds : error.expected == "a whole number" ? type.described : error.expected
            mismatch(located, expected: expected, hint: error.hint)
        }
        return nil
    }

    package func number(_ located: Located, in range: ValueType.NumberRange = .any) -> Double? {
        guard case .scalar(let text, let isPlain) = located.value.content else {
            mismatch(located, expected: range.described)
            return nil
        }
        guard isPlain else {
            mismatch(
                located, expected: range.described,
                hint: WrittenNumber.isDecimal(text) ? "write it without quotes" : nil)
            return nil
        }
        do {
            let value = try WrittenNumber.double(text)
            if range.contains(value) { return value }
            mismatch(located, expected: range.described)
        } catch {
            mismatch(located, expected: error.expected == "a number" ? range.described : error.expected, hint: error.hint)
        }
        return nil
    }

    /// - Parameter synonyms: what others call them, in lower case with hyphens; such a word is no word, but its message names the right one.
    package func word(_ located: Located, of words: [String], synonyms: [String: String] = [:]) -> String? {
        guard case .scalar(let text, _) = located.value.content, !located.value.isNull else {
            mismatch(located, expected: words.listed())
            return nil
        }
        guard words.contains(text) else {
            let meant = synonyms[text.lowercased().replacing("_", with: "-")] ?? words.nearest(to: text)
            mismatch(located, expected: words.listed(), hint: meant.map { "did you mean \"\($0)\"?" })
            return nil
        }
        return text
    }
}

extension Findings {
    /// A map whose keys depend on its `kind`; nil where that is missing or unknown.
    package func fields(_ located: Located, among forms: [Form], synonyms: [String: String] = [:]) -> Fields? {
        let kinds = forms.map(\.name)
        guard case .map(let entries) = located.value.content else {
            mismatch(located, expected: ValueType.kinds(forms).described)
            return nil
        }
        guard let entry = entries.first(where: { $0.key == "kind" }) else {
            error(at: located, "\(located.path.named) has no kind", expected: "kind: \(kinds.listed())")
            return nil
        }
        let kind = Located(value: entry.value, path: .key(located.path, "kind"))
        guard let word = word(kind, of: kinds, synonyms: synonyms), let form = forms.first(where: { $0.name == word }) else { return nil }
        return Fields(located, form: form, findings: self)
    }
}
