import Escaping
import Forms

extension RecordingReader {
    static let headForm = "a first line with {\"format\": \"backstep.recording\", \"version\": 1, \"layers\": […]}"

    /// Reads the first line: what was recorded, and the layers in the order of the forward pass.
    mutating func head(_ base: UnsafePointer<UInt8>) throws(LineFault) {
        // The format is looked for first: a file of another kind may have any keys.
        guard try Self.format(base) == "backstep.recording" else {
            throw LineFault(place: 0, what: "is no head of a recording", expected: Self.headForm)
        }
        var scanner = LineScanner(base)
        var version: Int?
        var layers: [Recording.Layer]?
        var (framework, model, setup): (String?, String?, String?)
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "format") {
                _ = try scanner.text()
            } else if scanner.reads(key, "version") {
                try scanner.refuseAgain(key, version != nil)
                version = try scanner.count()
            } else if scanner.reads(key, "framework") {
                try scanner.refuseAgain(key, framework != nil)
                framework = try Self.words(&scanner, "framework")
            } else if scanner.reads(key, "model") {
                try scanner.refuseAgain(key, model != nil)
                model = try Self.words(&scanner, "model")
            } else if scanner.reads(key, "setup") {
                try scanner.refuseAgain(key, setup != nil)
                setup = try Self.words(&scanner, "setup")
            } else if scanner.reads(key, "layers") {
                try scanner.refuseAgain(key, layers != nil)
                layers = try Self.layers(&scanner)
            } else {
                throw scanner.unknown(key, among: ["format", "version", "framework", "model", "setup", "layers"], in: "the head")
            }
        }
        try scanner.finish()
        guard version == 1 else {
            throw LineFault(
                place: 0, what: version.map { "is of version \($0.grouped)" } ?? "has no version", expected: "\"version\": 1")
        }
        guard let layers else { throw LineFault(place: 0, what: "has no layers", expected: "\"layers\": [{\"name\": …, \"kind\": …}, …]") }
        names = LayerNames(layers.map(\.name))
        guard names.isUnique else { throw LineFault(place: 0, what: "has two layers of one name", expected: "names that differ") }
        seen = [Int](repeating: 0, count: layers.count)
        numbers = [Double](repeating: Recording.absent, count: layers.count * Recording.Quantity.allCases.count)
        recording = Recording(layers: layers, framework: framework, model: model, setup: setup)
    }

    private static func format(_ base: UnsafePointer<UInt8>) throws(LineFault) -> String? {
        var scanner = LineScanner(base)
        guard (try? scanner.openObject()) != nil else { return nil }
        var isFirst = true
        while let key = try? scanner.member(&isFirst) {
            if scanner.reads(key, "format") { return (try? scanner.text()).flatMap { try? scanner.string($0) } }
            guard (try? scanner.skip()) != nil else { return nil }
        }
        return nil
    }

    private static func words(_ scanner: inout LineScanner, _ what: String) throws(LineFault) -> String? {
        if scanner.isNull() { return nil }
        let text = try scanner.text()
        let words = try scanner.string(text)
        guard words.unicodeScalars.count <= Forms.Limits.nameCharacters else {
            throw LineFault(
                place: text.start, what: "has a long \(what)", expected: "at most \(Forms.Limits.nameCharacters.grouped) characters")
        }
        return words
    }

    private static func layers(_ scanner: inout LineScanner) throws(LineFault) -> [Recording.Layer] {
        var layers: [Recording.Layer] = []
        try scanner.openList()
        var isFirst = true
        while try scanner.element(&isFirst) {
            guard layers.count < Limits.layers else {
                throw LineFault(
                    place: scanner.place, what: "has more than \(Limits.layers.grouped) layers", expected: "at most that")
            }
            try scanner.openObject()
            var (name, kind): (String?, String?)
            var isFirstKey = true
            while let key = try scanner.member(&isFirstKey) {
                if scanner.reads(key, "name") {
                    name = try words(&scanner, "name")
                } else if scanner.reads(key, "kind") {
                    kind = try words(&scanner, "kind")
                } else {
                    throw scanner.unknown(key, among: ["name", "kind"], in: "a layer of the head")
                }
            }
            guard let name else {
                throw LineFault(place: scanner.place, what: "has a layer without a name", expected: "\"name\": \"conv1\"")
            }
            layers.append(Recording.Layer(name: name, kind: kind))
        }
        return layers
    }
}
