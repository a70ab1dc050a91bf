import NeuralNetworks

/// How a claim is put that stands over a figure and can be said aloud.
enum Wording {
    /// Characters that a reader takes in at a glance.
    static let most = 90

    /// The first wording that is short enough; the last must be so whatever variants are called.
    static func fitting(_ wordings: String...) -> String { fitting(wordings) }

    static func fitting(_ wordings: [String]) -> String {
        wordings.first { !$0.isEmpty && $0.count <= most } ?? wordings.last { !$0.isEmpty } ?? ""
    }

    /// "1 seed", "4 seeds".
    /// - Parameter plural: where it isn't the noun with an s.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }
}

extension String {
    /// A variant's name in a sentence: as it is written, in quotes where it would read as the sentence's own words ("none", "no clipping").
    var asName: String {
        let isOfWords = allSatisfy { $0.isLetter || $0 == " " || $0 == "-" } && !contains(where: \.isUppercase)
        let isFieldsWord = isEmpty || Self.fieldsWords.contains(self)
        let breaksSentence = contains { ",;:“”\"".contains($0) } || first == " " || last == " "
        return breaksSentence || (isOfWords && !isFieldsWord && contains(where: \.isLowercase)) ? "“\(self)”" : self
    }

    /// Nobody takes these for anything but a name.
    private static let fieldsWords: Set<String> = [
        "sigmoid", "tanh", "relu", "gelu", "swish", "mish", "selu", "elu", "softplus", "sgd", "adam", "adamw", "rmsprop", "adagrad",
        "nesterov",
        "lstm", "gru", "rnn",
    ]
}

extension [String] {
    /// "A", "A and B", "A, B and C", each as a name in a sentence.
    var asNames: String {
        let names = map(\.asName)
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
