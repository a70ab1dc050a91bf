import Escaping
import Forms
import NumberFiles
import Recordings

/// Reads a lesson of recorded runs.
struct RecordingReading {
    let findings: Findings
    let files: NumberFileReader

    /// Nil where anything is wrong; diagnostics say what.
    func lesson(_ lesson: Fields) -> RecordedLesson? {
        guard let located = lesson.located("recording") else { return nil }
        let steps = steps(lesson)
        let figures = figures(lesson)
        let written: [Located]
        if case .list = located.value.content { written = located.elements ?? [] } else { written = [located] }
        guard (1...RecordedLesson.mostRuns).contains(written.count) else {
            findings.error(
                at: located, "recording names \(written.count) runs", expected: "1 to \(RecordedLesson.mostRuns)")
            return nil
        }
        var runs: [RecordedLesson.Run] = []
        for place in written {
            if let run = run(place, beside: runs.map(\.recording)) { runs.append(run) }
        }
        let layers = layers(lesson, of: runs.count == written.count ? runs : nil)
        guard runs.count == written.count else { return nil }
        for (index, run) in runs.enumerated() where runs[..<index].contains(where: { $0.name == run.name }) {
            findings.error(
                at: written[index], "a run before is called \(Printable.quoted(run.name)) too", expected: "names that differ",
                hint: "write {file: …, name: …}")
            return nil
        }
        return RecordedLesson(runs: runs, figures: figures, steps: recorded(steps, in: runs), layers: layers)
    }

    private func run(_ located: Located, beside others: [Recording]) -> RecordedLesson.Run? {
        switch located.value.content {
        case .scalar(let name, _):
            return files.recording(located, beside: others).map { .init(name: Self.stem(of: name), recording: $0) }
        case .map(let entries) where entries.contains(where: { $0.key == "lines" }):
            guard let fields = Fields(located, form: LessonForms.writtenRun, findings: findings), let lines = fields.located("lines") else {
                return nil
            }
            guard case .scalar(let text, _) = lines.value.content, !lines.value.isNull else {
                findings.mismatch(lines, expected: "the lines of a recording")
                return nil
            }
            let name = name(fields)
            do {
                let recording = try RecordingReader.read(FilePieces(Array(text.utf8)), beside: others)
                return .init(name: name ?? "run", recording: recording)
            } catch {
                findings.error(at: lines, "\(lines.path): \(error.place)", expected: error.expected, hint: error.hint)
                return nil
            }
        case .map:
            guard let fields = Fields(located, form: LessonForms.recordedRun, findings: findings), let file = fields.located("file") else {
                return nil
            }
            let name = name(fields)
            guard let recording = files.recording(file, beside: others), case .scalar(let path, _) = file.value.content else { return nil }
            return .init(name: name ?? Self.stem(of: path), recording: recording)
        case .list, .numbers:
            findings.mismatch(located, expected: "the name of a recording, or a map of file and name")
            return nil
        }
    }

    private func name(_ run: Fields) -> String? {
        guard let name = run.text("name"), let located = run.located("name") else { return nil }
        if name.allSatisfy(\.isWhitespace) {
            findings.mismatch(located, expected: "a name")
            return nil
        }
        return name
    }

    /// "plain" of "runs/plain.jsonl".
    private static func stem(of path: String) -> String {
        let file = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? path
        let ending = NumberFileReader.recordingEndings.first { file.lowercased().hasSuffix($0) }
        let stem = file.dropLast(ending?.count ?? 0)
        return stem.isEmpty ? file : String(stem)
    }

    /// The beginnings of names of layers, each of a layer of some run, where the runs could be read.
    private func layers(_ lesson: Fields, of runs: [RecordedLesson.Run]?) -> [String] {
        guard let located = lesson.located("layers") else { return [] }
        let names = runs?.flatMap { $0.recording.layers.map(\.name) }
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of the beginnings of layers’ names")
            return []
        }
        return elements.compactMap { element in
            guard case .scalar(let text, _) = element.value.content, !element.value.isNull, !text.isEmpty,
                text.unicodeScalars.count <= Limits.nameCharacters
            else {
                findings.mismatch(element, expected: "the beginning of a layer’s name")
                return nil
            }
            if let names, !names.contains(where: { $0.hasPrefix(text) }) {
                findings.error(
                    at: element, "\(element.path): no layer’s name begins with \(Printable.quoted(text))",
                    expected: names.first.map { "the beginning of a name such as \(Printable.quoted($0))" },
                    hint: names.prefix(1000).nearest(to: text).map { "did you mean \(Printable.quoted($0))?" })
                return nil
            }
            return text
        }
    }

    private func figures(_ lesson: Fields) -> [RecordingFigure] {
        let words = RecordingFigure.allCases.map(\.rawValue)
        let figures: [RecordingFigure]? = findings.figures(of: lesson, named: words) { element in
            findings.word(element, of: words).flatMap { RecordingFigure(rawValue: $0) }
        }
        return figures ?? [.page]
    }

    private func steps(_ lesson: Fields) -> [(step: Int, place: Located)] {
        guard let located = lesson.located("steps") else { return [] }
        guard let elements = located.elements, (1...RecordedLesson.mostSteps).contains(elements.count) else {
            findings.mismatch(located, expected: "a list of 1 to \(RecordedLesson.mostSteps) steps")
            return []
        }
        var steps: [(step: Int, place: Located)] = []
        for element in elements {
            guard let step = findings.whole(element, in: 0...Int.max) else { continue }
            guard step > steps.last?.step ?? -1 else {
                findings.error(at: element, "\(element.path) is \(step.grouped), not above the step before", expected: "steps that rise")
                continue
            }
            steps.append((step, element))
        }
        return steps
    }

    /// The steps that were recorded. What lies behind a run's end is left out: the run may be going on.
    private func recorded(_ steps: [(step: Int, place: Located)], in runs: [RecordedLesson.Run]) -> [Int] {
        let last = runs.compactMap(\.recording.steps.last).max() ?? 0
        var found: [Int] = []
        for (step, place) in steps {
            let near = runs.compactMap { run in
                run.recording.row(upTo: step).map { run.recording.steps[$0] } ?? run.recording.steps.first
            }
            if near.contains(step) {
                found.append(step)
            } else if step < last || found.isEmpty {
                let closest = near.min { abs($0 - step) < abs($1 - step) } ?? last
                findings.error(
                    at: place, "step \(step.grouped) was not recorded", expected: "a step that was, such as \(closest.grouped)")
            }
        }
        return found
    }
}
