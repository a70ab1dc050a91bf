import Notation

/// Names of variants as the subject of a sentence.
struct NameList {
    let names: [String]
    /// The number of all variants.
    let total: Int
    /// The largest number of variants that are named one by one.
    var most = 3

    var isEmpty: Bool { names.isEmpty }
    var isPlural: Bool { names.count > 1 }

    /// "Tanh and ReLU"; for more than `most` names "5 of 8 variants".
    var subject: String {
        switch names.count {
        case 0: "no variant"
        case 1: names[0]
        case 2...max(most, 2): English.list(names)
        case total: "all \(total) variants"
        default: "\(names.count) of \(total) variants"
        }
    }

    /// The subject with its verb: `says("lets", "let", "the gradient vanish")`.
    func says(_ singular: String, _ plural: String, _ rest: String = "") -> String {
        subject + " " + (isPlural ? plural : singular) + (rest.isEmpty ? "" : " " + rest)
    }
}
