/// One of the things that may be asked of a picture, known by one word: `--theme dark` on the command line, `theme=dark` in notes, filters and in
/// what a figure carries. Every option is listed once, and whoever takes options reads the list.
package struct PictureOption<Subject>: Sendable {
    /// Takes a value; false where it is none.
    package typealias Read = @Sendable (_ value: String, inout Subject) -> Bool

    package let word: String
    /// Whether it is a yes or a no, and the word alone a yes.
    package let isFlag: Bool
    /// A sentence for people.
    package let help: String
    /// What a value may be: "light, dark or print".
    package let expected: String
    package let read: Read
    /// The value as `read` takes it; nil where it is the usual one.
    package let written: @Sendable (Subject) -> String?

    package init(
        _ word: String, isFlag: Bool = false, help: String, expected: String, read: @escaping Read,
        written: @escaping @Sendable (Subject) -> String?
    ) {
        self.word = word
        self.isFlag = isFlag
        self.help = help
        self.expected = expected
        self.read = read
        self.written = written
    }

    /// A yes, or the usual no.
    package init(_ word: String, help: String, _ path: any WritableKeyPath<Subject, Bool> & Sendable) {
        self.init(word, isFlag: true, help: help, expected: "true or false") { value, subject in
            guard let isSo = ["": true, "true": true, "yes": true, "false": false, "no": false][value] else { return false }
            subject[keyPath: path] = isSo
            return true
        } written: {
            $0[keyPath: path] ? "yes" : nil
        }
    }

    /// One of a few words.
    package init<Choice: RawRepresentable<String> & CaseIterable & Equatable & Sendable>(
        _ word: String, help: String, _ path: any WritableKeyPath<Subject, Choice> & Sendable, usual: Choice
    ) {
        self.init(word, help: help, expected: Choice.allCases.map(\.rawValue).inWords) { value, subject in
            guard let choice = Choice(rawValue: value) else { return false }
            subject[keyPath: path] = choice
            return true
        } written: {
            $0[keyPath: path] == usual ? nil : $0[keyPath: path].rawValue
        }
    }

    /// The same option of what holds the subject.
    package func of<Whole>(_ path: any WritableKeyPath<Whole, Subject> & Sendable) -> PictureOption<Whole> {
        PictureOption<Whole>(word, isFlag: isFlag, help: help, expected: expected) { [read] value, whole in
            read(value, &whole[keyPath: path])
        } written: { [written] in
            written($0[keyPath: path])
        }
    }
}

extension [String] {
    /// "light, dark or print".
    package var inWords: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
