import Escaping

/// A choice as it is written in the file: the word and its options.
package struct WrittenChoice {
    package var option: Choice.Option
    /// The position of the word.
    package var mark: SourceMark
    /// The path of the word's payload: `network.layers[0].dense`.
    package var path: DocumentPath
    /// The payload if it is a form.
    package var fields: Fields?
    /// The payload if it is a value.
    package var value: Located?

    /// Nil, with a diagnostic, if it is none of the choice's words or the word has the wrong payload.
    package init?(_ located: Located, of choice: Choice, findings: Findings) {
        let words = choice.options.map(\.word)
        switch located.value.content {
        case .scalar(let text, _) where !located.value.isNull:
            guard let option = choice.option(text) else {
                findings.error(
                    at: located, "unknown \(choice.name) \(Printable.quoted(text)) at \(located.path.named)",
                    expected: words.listed(), hint: words.nearest(to: text).map { "did you mean \"\($0)\"?" })
                return nil
            }
            self.init(
                option, mark: located.mark, path: .key(located.path, text), payload: nil, findings: findings)
        case .map(let entries) where entries.count == 1:
            guard let option = choice.option(entries[0].key) else {
                let text = entries[0].key
                findings.error(
                    at: entries[0].keyMark, path: located.path,
                    "unknown \(choice.name) \(Printable.quoted(text)) at \(located.path.named)",
                    expected: words.listed(), hint: words.nearest(to: text).map { "did you mean \"\($0)\"?" })
                return nil
            }
            self.init(
                option, mark: entries[0].keyMark, path: .key(located.path, option.word), payload: entries[0].value,
                findings: findings)
        case .map(let entries) where entries.count > 1:
            let known = entries.first { choice.option($0.key) != nil }
            findings.error(
                at: entries[1].keyMark, path: located.path, "\(located.path.named) has \(entries.count) keys",
                expected: "one, which says what \(choice.name) it is",
                hint: known.map { "indent the options further than \"\($0.key)\"" })
            return nil
        default:
            findings.error(
                at: located, "\(located.path.named) is \(located.value.described)",
                expected: "a word or a map of one: \(words.listed())")
            return nil
        }
    }

    private init?(_ option: Choice.Option, mark: SourceMark, path: DocumentPath, payload: WrittenValue?, findings: Findings) {
        self.option = option
        self.mark = mark
        self.path = path
        let payload = payload.flatMap { $0.isNull ? nil : Located(value: $0, path: path) }
        switch option.payload {
        case .nothing:
            guard let payload else { return }
            findings.mismatch(payload, expected: "\(option.word) as a word alone: it has no options")
            return nil
        case .value(let type):
            guard let payload else {
                findings.error(
                    at: mark, path: path, "\(path) has no value", expected: "\(option.word): \(type.described)")
                return nil
            }
            value = payload
        case .form(let form, let short):
            guard let payload else {
                fields = Fields(entries: [], at: mark, path: path, form: form, findings: findings)
                return
            }
            switch payload.value.content {
            case .map(let entries):
                fields = Fields(entries: entries, at: mark, path: path, form: form, findings: findings)
            case .scalar where short != nil:
                let entry = WrittenValue.Entry(key: short ?? "", keyMark: payload.mark, value: payload.value)
                fields = Fields(entries: [entry], at: mark, path: path, form: form, findings: findings)
            default:
                findings.mismatch(payload, expected: ValueType.form(form).described)
                return nil
            }
        }
    }
}
