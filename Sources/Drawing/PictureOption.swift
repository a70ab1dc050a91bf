/// An option of pictures, which has the same name everywhere: `--theme dark` on the command line, `theme=dark` in notes, in filters and in
/// the settings inside a figure. Every option is declared once, and all code that accepts options goes through the list.
package struct PictureOption<Subject>: Sendable {
    /// Sets the option to a value; false if the value is not allowed.
    package typealias Read = @Sendable (_ value: String, inout Subject) -> Bool

    package let word: String
    /// Whether its value is yes or no; the option's name alone means yes.
    package let isFlag: Bool
    /// One sentence of help.
    package let help: String
    /// The allowed values in words: "light, dark or print".
    package let expected: String
    /// Values to choose from, or examples.
    package let words: [String]
    package let read: Read
    /// The current value in a form that `read` accepts; nil if it is the default.
    package let written: @Sendable (Subject) -> String?

    package init(
        _ word: String, isFlag: Bool = false, help: String, expected: String, words: [String] = [], read: @escaping Read,
        written: @escaping @Sendable (Subject) -> String?
    ) {
        self.word = word
        self.isFlag = isFlag
        self.help = help
        self.expected = expected
        self.words = words
        self.read = read
        self.written = written
    }

    /// A flag, off by default.
    package init(_ word: String, help: String, _ path: any WritableKeyPath<Subject, Bool> & Sendable) {
        self.init(word, isFlag: true, help: help, expected: "true or false") { value, subject in
            guard let isSo = ["": true, "true": true, "yes": true, "false": false, "no": false][value] else { return false }
            subject[keyPath: path] = isSo
            return true
        } written: {
            $0[keyPath: path] ? "yes" : nil
        }
    }

    /// A choice between words.
    package init<Choice: RawRepresentable<String> & CaseIterable & Equatable & Sendable>(
        _ word: String, help: String, _ path: any WritableKeyPath<Subject, Choice> & Sendable, usual: Choice
    ) {
        self.init(word, help: help, expected: Choice.allCases.map(\.rawValue).inWords, words: Choice.allCases.map(\.rawValue)) {
            value, subject in
            guard let choice = Choice(rawValue: value) else { return false }
            subject[keyPath: path] = choice
            return true
        } written: {
            $0[keyPath: path] == usual ? nil : $0[keyPath: path].rawValue
        }
    }

    /// The same option for a value that contains the subject.
    package func of<Whole>(_ path: any WritableKeyPath<Whole, Subject> & Sendable) -> PictureOption<Whole> {
        PictureOption<Whole>(word, isFlag: isFlag, help: help, expected: expected, words: words) { [read] value, whole in
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
