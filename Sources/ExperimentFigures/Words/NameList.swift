/// Names of variants as the subject of a sentence.
struct NameList {
    let names: [String]
    /// How many variants there are in all.
    let total: Int
    /// How many are named one by one.
    var most = 3

    var isEmpty: Bool { names.isEmpty }
    var isPlural: Bool { names.count > 1 }

    /// "Tanh and ReLU"; past three names "5 of 8 variants".
    var subject: String {
        switch names.count {
        case 0: "no variant"
        case 1: names[0]
        case 2...max(most, 2): names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
        case total: "all \(total) variants"
        default: "\(names.count) of \(total) variants"
        }
    }

    /// The subject with its verb: `says("lets", "let", "the gradient vanish")`.
    func says(_ singular: String, _ plural: String, _ rest: String = "") -> String {
        subject + " " + (isPlural ? plural : singular) + (rest.isEmpty ? "" : " " + rest)
    }
}
