import Autodiff
import Escaping
import Forms
import NeuralNetworks
import NumberFiles
import Recordings

/// Reads the files of numbers that a lesson names, and says what is wrong with them at the place that names them.
final class NumberFileReader {
    private let findings: Findings
    private let source: NumberSource
    /// In the order in which they were read.
    private(set) var files: [LessonSource.NumberFile] = []

    init(findings: Findings, source: NumberSource) {
        self.findings = findings
        self.source = source
    }

    /// What a name ends in, which says what a file is.
    private enum Format: String, CaseIterable {
        case safetensors, npz, json, csv

        static let ofParameters: [Format] = [.safetensors, .npz, .json]
        static let ofData: [Format] = [.csv, .npz]
    }

    private struct File {
        let name: String
        let format: Format
        let bytes: [UInt8]

        /// The name in messages.
        var printed: String { Printable.text(name) }
    }

    private func fileName(_ located: Located) -> String? {
        guard case .scalar(let name, _) = located.value.content, !located.value.isNull, !name.isEmpty else {
            findings.mismatch(located, expected: "the name of a file")
            return nil
        }
        guard name.unicodeScalars.count <= Limits.nameCharacters else {
            findings.error(at: located, "\(located.path) is a long name", expected: "at most \(Limits.nameCharacters.grouped) characters")
            return nil
        }
        return name
    }

    private func file(_ located: Located, formats: [Format]) -> File? {
        guard let name = fileName(located) else { return nil }
        guard let format = formats.first(where: { name.lowercased().hasSuffix(".\($0.rawValue)") }) else {
            findings.mismatch(located, expected: "the name of a file that ends in \(formats.map { ".\($0.rawValue)" }.listed())")
            return nil
        }
        return attempt(at: located, nil) { () throws(NumberFileError) in
            let file = try source.file(name)
            guard file.bytes.count <= Limits.numberFileBytes else { throw NumberFileError.tooLarge(Printable.text(name)) }
            if !files.contains(where: { $0.name == name }) { files.append(.init(name: name, digest: file.digest)) }
            return File(name: name, format: format, bytes: file.bytes)
        }
    }

    /// What `read` gives; nil, with a diagnostic, where it fails.
    private func attempt<Value>(
        at located: Located, _ file: File?, _ read: () throws(NumberFileError) -> Value
    ) -> Value? {
        do {
            return try read()
        } catch {
            findings.error(at: located, (file.map { "\($0.printed) " } ?? "") + error.what, expected: error.expected)
            return nil
        }
    }

    // MARK: Recordings

    static let recordingEndings = [".jsonl", ".jsonl.gz"]

    /// A recording; nil where something is wrong.
    /// - Parameter others: those that the lesson has named before.
    func recording(_ located: Located, beside others: [Recording]) -> Recording? {
        guard let name = fileName(located) else { return nil }
        guard Self.recordingEndings.contains(where: { name.lowercased().hasSuffix($0) }) else {
            findings.mismatch(located, expected: "the name of a recording, which ends in \(Self.recordingEndings.listed())")
            return nil
        }
        guard let pieces = attempt(at: located, nil, { () throws(NumberFileError) in try source.pieces(name) }) else { return nil }
        do throws(RecordingError) {
            let recording = try RecordingReader.read(
                name.lowercased().hasSuffix(".gz") ? pieces.unpacked() : pieces, beside: others)
            if !files.contains(where: { $0.name == name }) { files.append(.init(name: name, digest: recording.digest)) }
            return recording
        } catch {
            findings.error(at: located, "\(Printable.text(name)): \(error.place)", expected: error.expected, hint: error.hint)
            return nil
        }
    }

    // MARK: Parameters

    /// `weights: model.npz`, or `{file: model.npz, names: {hidden.weight: fc1.weight}}`; nil where there is none, or something is wrong.
    func parameters(_ network: Fields) -> StoredParameters? {
        guard let located = network.located("weights") else { return nil }
        var place = located
        var names: [(parameter: String, mark: SourceMark, array: Located)] = []
        if case .map = located.value.content {
            guard let fields = Fields(located, form: LessonForms.weights, findings: findings), let file = fields.located("file") else {
                return nil
            }
            place = file
            if let table = fields.located("names") {
                guard case .map(let entries) = table.value.content else {
                    findings.mismatch(table, expected: "a map of parameters and what the file calls them")
                    return nil
                }
                names = entries.map { ($0.key, $0.keyMark, Located(value: $0.value, path: .key(table.path, $0.key))) }
            }
        }
        guard let file = file(place, formats: Format.ofParameters) else { return nil }
        let arrays = attempt(at: place, file) { () throws(NumberFileError) -> any NamedArrays in
            switch file.format {
            case .npz: try NPZFile(file.bytes, takesIntegers: false)
            case .json: try JSONArrays(file.bytes)
            case .safetensors, .csv: try SafetensorsFile(file.bytes)
            }
        }
        return arrays.map { StoredParameters(file: file.name, place: place, arrays: $0, names: names) }
    }

    // MARK: Data

    /// The same keys as of a batch that is written out, with numbers in the place of names; nil where something is wrong.
    /// - Parameter hasTargets: whether the loss has any.
    func batch(_ located: Located, hasTargets: Bool) -> (inputs: Located, targets: Located?)? {
        guard let fields = Fields(located, form: hasTargets ? LessonForms.dataFile : LessonForms.inputsFile, findings: findings),
            let place = fields.located("file"), let inputs = fields.located("inputs")
        else { return nil }
        let rows = fields.located("rows")
        let range = rows.flatMap(range)
        guard rows == nil || range != nil, let file = file(place, formats: Format.ofData) else { return nil }
        let read: (Located) -> Located?
        switch file.format {
        case .csv, .json, .safetensors:
            guard let table = attempt(at: place, file, { () throws(NumberFileError) in try CSVTable(file.bytes) }),
                let chosen = chosen(range, of: table.rowCount, at: rows ?? place, file)
            else { return nil }
            read = { self.columns($0, of: table, rows: chosen, file, at: place) }
        case .npz:
            guard let arrays = attempt(at: place, file, { () throws(NumberFileError) in try NPZFile(file.bytes, takesIntegers: true) })
            else {
                return nil
            }
            read = { self.array($0, of: arrays, rows: range, rows ?? place, file) }
        }
        let targets = hasTargets ? fields.located("targets") : nil
        let (foundInputs, foundTargets) = (read(inputs), targets.flatMap(read))
        guard let foundInputs, !hasTargets || foundTargets != nil else { return nil }
        return (foundInputs, foundTargets)
    }

    /// `[0, 8]`: from the first up to the second, without it.
    private func range(_ located: Located) -> Range<Int>? {
        let expected = "two whole numbers, the first row from 0 and the one before which the rows end"
        guard let elements = located.elements, elements.count == 2 else {
            findings.mismatch(located, expected: expected)
            return nil
        }
        let numbers = elements.compactMap { findings.whole($0, in: 0...Int.max) }
        guard numbers.count == 2 else { return nil }
        guard numbers[0] < numbers[1] else {
            findings.error(at: located, "\(located.path) is [\(numbers[0]), \(numbers[1])], which holds no row", expected: expected)
            return nil
        }
        return numbers[0]..<numbers[1]
    }

    /// The rows that are asked for, or all, if the batch may be so large.
    private func chosen(_ range: Range<Int>?, of count: Int, at place: Located, _ file: File) -> Range<Int>? {
        let chosen = range ?? 0..<count
        guard chosen.upperBound <= count, !chosen.isEmpty else {
            findings.error(
                at: place, "\(file.printed) has \(count.grouped) row\(count == 1 ? "" : "s")",
                expected: range.map { "at least \($0.upperBound.grouped), as rows says" } ?? "at least 1")
            return nil
        }
        guard chosen.count <= Limits.batch else {
            findings.error(
                at: place, "\(file.printed) gives \(chosen.count.grouped) samples", expected: "at most \(Limits.batch.grouped) in a batch",
                hint: "choose some with rows: [0, \(Limits.batch)]")
            return nil
        }
        return chosen
    }

    private func columns(_ located: Located, of table: CSVTable, rows: Range<Int>, _ file: File, at place: Located) -> Located? {
        let elements = located.elements ?? [located]
        var columns: [Int] = []
        for element in elements {
            guard let head = name(element, expected: "the head of a column, or a list of heads") else { return nil }
            guard let column = attempt(at: element, file, { () throws(NumberFileError) in try table.column(head) }) else { return nil }
            guard let column else {
                findings.error(
                    at: element, "\(file.printed) has no column \(Printable.quoted(head))",
                    expected: "a head of its \(table.heads.count) columns", hint: table.nearest(to: head).map { "did you mean \($0)?" })
                continue
            }
            columns.append(column)
        }
        guard !elements.isEmpty else {
            findings.mismatch(located, expected: "at least one head of a column")
            return nil
        }
        guard columns.count == elements.count else { return nil }
        return attempt(at: place, file) { () throws(NumberFileError) in
            located.holding(try table.numbers(columns: columns, rows: rows))
        }
    }

    private func array(_ located: Located, of arrays: NPZFile, rows: Range<Int>?, _ rowsPlace: Located, _ file: File) -> Located? {
        guard let name = name(located, expected: "the name of an array of \(file.printed)") else { return nil }
        guard let shape = attempt(at: located, file, { () throws(NumberFileError) in try arrays.shape(of: name) }) else { return nil }
        guard let shape else {
            findings.error(
                at: located, "\(file.printed) holds no array \(Printable.quoted(name))", expected: "a name that the file has",
                hint: arrays.nearest(to: name).map { "did you mean \($0)?" })
            return nil
        }
        guard let count = shape.first else {
            findings.error(
                at: located, "\(Printable.text(name)) in \(file.printed) is a single number",
                expected: "an array, whose first axis is the batch")
            return nil
        }
        guard let chosen = chosen(rows, of: count, at: rowsPlace, file),
            let tensor = attempt(at: located, file, { () throws(NumberFileError) in try arrays.tensor(name) }) ?? nil
        else { return nil }
        let size = tensor.count / count
        return located.holding(
            Tensor(
                shape: [chosen.count] + shape.dropFirst(),
                scalars: Array(tensor.scalars[(chosen.lowerBound * size)..<chosen.upperBound * size])))
    }

    private func name(_ located: Located, expected: String) -> String? {
        if case .scalar(let text, _) = located.value.content, !located.value.isNull { return text }
        findings.mismatch(located, expected: expected)
        return nil
    }
}

extension Located {
    /// The same place, with numbers in it.
    fileprivate func holding(_ tensor: Tensor) -> Located {
        Located(value: WrittenValue(mark: mark, content: .numbers(tensor)), path: path)
    }
}
