import Autodiff
import Experiments
import Forms
import NeuralNetworks
import Notation

/// The wording of a claim above a figure, which must be short and readable aloud.
enum Wording {
    /// The number of characters that a reader takes in at a glance.
    static let most = 90

    /// The first wording that is short enough; the last one must be, whatever the names of the variants.
    static func fitting(_ wordings: String...) -> String { fitting(wordings) }

    static func fitting(_ wordings: [String]) -> String {
        wordings.first { !$0.isEmpty && $0.count <= most } ?? wordings.last { !$0.isEmpty } ?? ""
    }
}

extension String {
    /// A variant's name in a sentence: as written, but quoted where it would read as part of the sentence ("none", "no clipping").
    var asName: String {
        let isOfWords = allSatisfy { $0.isLetter || $0 == " " || $0 == "-" } && !contains(where: \.isUppercase)
        let isFieldsWord = isEmpty || Self.fieldsWords.contains(self)
        let breaksSentence = contains { ",;:“”\"".contains($0) } || first == " " || last == " "
        return breaksSentence || (isOfWords && !isFieldsWord && contains(where: \.isLowercase)) ? "“\(self)”" : self
    }

    /// Words that nobody mistakes for anything but a name: those of the language, without the two that a sentence may use itself.
    private static let fieldsWords = Set(
        Activation.activations.map(\.row.word) + UpdateForms.optimizers.map(\.name) + Variant.Cell.allCases.map(\.rawValue)
    ).subtracting(["identity", "momentum"])
}

extension [String] {
    /// "A", "A and B", "A, B and C", each as a name in a sentence.
    var asNames: String { English.list(map(\.asName)) }
}
