import Backstep
import Foundation

/// What `backstep trace --json` prints of a lesson, as another reader of JSON finds it.
struct PrintedTrace {
    private let root: Any

    /// - Throws: what the lesson is refused with.
    init(_ file: URL) throws {
        root = try JSONSerialization.jsonObject(with: Data(LessonFile(contentsOf: file).traced().json.utf8))
    }

    /// What another command printed.
    init(root: Any) { self.root = root }

    /// What stands at a path of keys and indices: `values/hidden/data/0`; nil where nothing does.
    func number(at path: String) -> Double? {
        var place: Any? = root
        for part in path.split(separator: "/") {
            switch place {
            case let map as [String: Any]: place = map[String(part)]
            case let list as [Any]: place = Int(part).flatMap { list.indices.contains($0) ? list[$0] : nil }
            default: return nil
            }
        }
        return place.flatMap(Self.number)
    }

    /// Where it differs from what another implementation printed; it may hold more than that.
    ///
    /// Two numbers agree where |a − b| ≤ 10⁻⁹·max(|b|, 10⁻³ of the tensor's largest) + 10⁻¹³·the largest gradient: what is 0 in exact arithmetic may be noise.
    func differences(from expected: Any) -> [String] {
        let gradients = (expected as? [String: Any])?["gradients"].map(Self.numbers) ?? []
        return differences(expected, root, "", noise: 1e-13 * (gradients.map { abs($0) }.max() ?? 0))
    }

    private func differences(_ expected: Any, _ found: Any?, _ path: String, noise: Double) -> [String] {
        switch (expected, found) {
        case (let expected as [String: Any], let found as [String: Any]):
            return expected.sorted { $0.key < $1.key }.flatMap { differences($0.value, found[$0.key], "\(path)/\($0.key)", noise: noise) }
        case (let expected as [Any], let found as [Any]) where expected.count == found.count:
            let largest = expected.compactMap(Self.number).map { abs($0) }.max() ?? 0
            return zip(expected, found).enumerated().flatMap { index, pair in
                guard let b = Self.number(pair.0) else { return differences(pair.0, pair.1, "\(path)/\(index)", noise: noise) }
                return difference(Self.number(pair.1), from: b, "\(path)/\(index)", largest: largest, noise: noise)
            }
        default:
            if let expected = expected as? String, Self.number(expected) == nil {
                return (found as? String) == expected ? [] : ["\(path) is \(found ?? "missing"), expected \(expected)"]
            }
            guard let b = Self.number(expected) else { return ["\(path) is another thing or is missing"] }
            return difference(found.flatMap(Self.number), from: b, path, largest: abs(b), noise: noise)
        }
    }

    private func difference(_ a: Double?, from b: Double, _ path: String, largest: Double, noise: Double) -> [String] {
        guard let a else { return ["\(path) is missing"] }
        let agrees = a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest) + noise
        return agrees ? [] : ["\(path) is \(a), expected \(b)"]
    }

    /// Infinities and NaN are printed as words.
    private static func number(_ value: Any) -> Double? {
        switch value {
        case let number as NSNumber: number.doubleValue
        case let word as String: ["nan": Double.nan, "inf": .infinity, "-inf": -.infinity][word]
        default: nil
        }
    }

    private static func numbers(_ value: Any) -> [Double] {
        switch value {
        case let map as [String: Any]: map["data"].map(numbers) ?? map.values.flatMap(numbers)
        case let list as [Any]: list.flatMap(numbers)
        default: number(value).map { [$0] } ?? []
        }
    }
}

/// The files of a folder of data, each with a name before `.yaml` and `.expected.json`.
struct ExpectedLessons {
    let folder: URL

    init(_ name: String) {
        folder = Bundle.module.url(forResource: name, withExtension: nil) ?? URL(filePath: "/nowhere")
    }

    var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    func lesson(_ name: String) -> URL { folder.appending(path: "\(name).yaml") }

    func expected(_ name: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "\(name).expected.json")))
    }

    /// The lines of a list beside them; `#` begins a remark.
    func listed(_ name: String) -> [String] {
        let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
}
