package import Autodiff
import Forms

/// A .json file: an object of names and nested lists of numbers.
package struct JSONArrays: NamedArrays {
    private let bytes: [UInt8]
    private let places: [String: Int]
    package let names: [String]

    package init(_ bytes: [UInt8]) throws(NumberFileError) {
        self.bytes = bytes
        var names: [String] = []
        var places: [String: Int] = [:]
        var scanner = JSONScanner(bytes, in: (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)..<bytes.count)
        try scanner.members { (name, scanner) throws(NumberFileError) in
            guard places.updateValue(scanner.place, forKey: name) == nil else {
                throw NumberFileError("has a name twice, again before byte \(scanner.place.grouped)", expected: "each name once")
            }
            names.append(name)
            try names.checkCount()
            try scanner.skip()
        }
        try scanner.finish()
        self.names = names
        self.places = places
    }

    package func shape(of name: String) throws(NumberFileError) -> [Int]? { try tensor(name)?.shape }

    package func tensor(_ name: String) throws(NumberFileError) -> Tensor? {
        guard let place = places[name] else { return nil }
        var scanner = JSONScanner(bytes, in: place..<bytes.count)
        var scalars: [Double] = []
        let shape = try ArrayShape(try list(&scanner, into: &scalars, name, depth: 0))
        return Tensor(shape: shape.axes, scalars: scalars)
    }

    private func list(
        _ scanner: inout JSONScanner, into scalars: inout [Double], _ name: String, depth: Int
    ) throws(NumberFileError) -> [Int] {
        guard scanner.isAtList() else {
            guard scalars.count < Limits.traceScalars else {
                throw NumberFileError(
                    "has more than \(Limits.traceScalars.grouped) numbers at \(name)", expected: "at most that, as many as a trace may hold"
                )
            }
            scalars.append(try scanner.number())
            return []
        }
        guard depth < Limits.nesting else {
            throw NumberFileError("has lists more than \(Limits.nesting) deep at \(name)", expected: "at most \(Limits.nesting)")
        }
        var count = 0
        var first: [Int]?
        try scanner.elements { (scanner) throws(NumberFileError) in
            let shape = try list(&scanner, into: &scalars, name, depth: depth + 1)
            guard shape == first ?? shape else {
                throw NumberFileError("has rows of the shapes \(first ?? []) and \(shape) at \(name)", expected: "rows of one shape")
            }
            first = shape
            count += 1
        }
        return [count] + (first ?? [])
    }
}
