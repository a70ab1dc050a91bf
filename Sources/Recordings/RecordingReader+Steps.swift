import Escaping
import Forms

extension RecordingReader {
    /// Reads a line after the first, which is one step.
    mutating func step(_ scanner: inout LineScanner) throws(LineFault) {
        var step: Int?
        var loss: Double?
        var hasLayers = false
        for index in numbers.indices { numbers[index] = Recording.absent }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "step") {
                try scanner.refuseAgain(key, step != nil)
                step = try scanner.count()
            } else if scanner.reads(key, "loss") {
                try scanner.refuseAgain(key, loss != nil)
                loss = scanner.isNull() ? Recording.absent : try scanner.measure()
            } else if scanner.reads(key, "layers") {
                try scanner.refuseAgain(key, hasLayers)
                hasLayers = true
                if !scanner.isNull() { try layers(&scanner) }
            } else {
                throw scanner.unknown(key, among: ["step", "loss", "layers"], in: "the step")
            }
        }
        try scanner.finish()
        guard let step else { throw LineFault(place: 0, what: "has no step", expected: "\"step\": and its number") }
        if let last = recording?.steps.last, step <= last {
            throw LineFault(
                place: 0, what: "is step \(step.grouped), after step \(last.grouped)", expected: "steps that rise",
                hint: step == last ? nil : "a run that began anew is a recording of its own")
        }
        recording?.append(step: step, loss: loss ?? Recording.absent, numbers: numbers)
    }

    private mutating func layers(_ scanner: inout LineScanner) throws(LineFault) {
        try scanner.openObject()
        var isFirst = true
        // Layers mostly stand in the order of the head.
        var next = 0
        while let key = try scanner.member(&isFirst) {
            let layer: Int
            if next < names.count, names.withBytes(of: next, { scanner.reads(key, $0) }) {
                layer = next
            } else {
                let name = try scanner.string(key)
                guard let index = names.index(of: name) else {
                    throw LineFault(
                        place: key.start, what: "has the layer \(Printable.quoted(name)), which the head does not list",
                        expected: "a layer of the head", hint: names.nearest(to: name).map { "did you mean \(Printable.quoted($0))?" })
                }
                layer = index
            }
            guard seen[layer] < line else {
                throw LineFault(
                    place: key.start, what: "has the layer \(Printable.quoted(names.name(layer))) twice", expected: "each layer once")
            }
            seen[layer] = line
            next = layer + 1
            if !scanner.isNull() { try parts(&scanner, of: layer) }
        }
    }

    private mutating func parts(_ scanner: inout LineScanner, of layer: Int) throws(LineFault) {
        let first = layer * Recording.Quantity.allCases.count
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "activation") {
                try signal(&scanner, first, .activationSize, "rms", .activationZeros, in: "activation")
            } else if scanner.reads(key, "gradient") {
                try signal(&scanner, first, .gradientNorm, "norm", .gradientZeros, in: "gradient")
            } else if scanner.reads(key, "weight") {
                try weight(&scanner, first)
            } else {
                throw scanner.unknown(key, among: ["activation", "gradient", "weight"], in: "a layer")
            }
        }
    }

    /// The numbers of a layer's output, or of its gradient.
    private mutating func signal(
        _ scanner: inout LineScanner, _ first: Int, _ size: Recording.Quantity, _ word: StaticString, _ zeros: Recording.Quantity,
        in part: String
    ) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, word) {
                try number(&scanner, key, first, size)
            } else if scanner.reads(key, "zeros") {
                try number(&scanner, key, first, zeros)
            } else if scanner.reads(key, "histogram") {
                try Self.histogram(&scanner)
            } else {
                throw scanner.unknown(key, among: ["\(word)", "zeros", "histogram"], in: part)
            }
        }
    }

    private mutating func weight(_ scanner: inout LineScanner, _ first: Int) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var isFirst = true
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "norm") {
                try number(&scanner, key, first, .weightNorm)
            } else if scanner.reads(key, "gradient") {
                try number(&scanner, key, first, .weightGradient)
            } else if scanner.reads(key, "update") {
                try number(&scanner, key, first, .weightUpdate)
            } else {
                throw scanner.unknown(key, among: ["norm", "gradient", "update"], in: "weight")
            }
        }
    }

    private mutating func number(
        _ scanner: inout LineScanner, _ key: LineScanner.Text, _ first: Int, _ quantity: Recording.Quantity
    ) throws(LineFault) {
        try scanner.refuseAgain(key, numbers[first + quantity.rawValue].recorded != nil)
        if scanner.isNull() { return }
        let place = scanner.place
        let value = try scanner.measure()
        let isShare = quantity == .activationZeros || quantity == .gradientZeros
        // NaN compares as false.
        if value < 0 || (isShare && value > 1) {
            throw scanner.fault(isShare ? "a share from 0 to 1" : "a number of at least 0", at: place)
        }
        numbers[first + quantity.rawValue] = value
    }

    /// No figure needs it; it is only checked.
    private static func histogram(_ scanner: inout LineScanner) throws(LineFault) {
        if scanner.isNull() { return }
        try scanner.openObject()
        var (low, high): (Double?, Double?)
        var isFirst = true
        let place = scanner.place
        while let key = try scanner.member(&isFirst) {
            if scanner.reads(key, "low") {
                low = try scanner.number()
            } else if scanner.reads(key, "high") {
                high = try scanner.number()
            } else if scanner.reads(key, "counts") {
                try scanner.openList()
                var isFirstCount = true
                while try scanner.element(&isFirstCount) { _ = try scanner.count() }
            } else {
                throw scanner.unknown(key, among: ["low", "high", "counts"], in: "histogram")
            }
        }
        if let low, let high, low >= high { throw scanner.fault("a histogram whose low is below its high", at: place) }
    }
}
