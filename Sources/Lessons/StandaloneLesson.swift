import Autodiff
import Escaping
import Forms
import NeuralNetworks
import Recordings

/// Writes a lesson whose numbers are in files as one that holds them itself, and is otherwise the same.
struct StandaloneLesson {
    let root: WrittenValue
    /// What the file of parameters filled.
    let filled: [FilledParameter]
    /// Where the data come from a file: the inputs and the targets.
    let batch: (inputs: Located, targets: Located?)?

    /// As YAML; nil where it would be larger than a lesson may be.
    var text: String? {
        var lesson = root.changing([.key("network")]) { network in network?.without("weights") ?? .empty }
        if let batch {
            let written = [("inputs", batch.inputs), ("targets", batch.targets)].compactMap { key, value in
                value.map { WrittenValue.Entry(key: key, keyMark: $0.mark, value: $0.value) }
            }
            lesson = lesson.changing([.key("data")]) { data in WrittenValue(mark: data?.mark ?? root.mark, content: .map(written)) }
        }
        for parameter in filled {
            lesson = lesson.changing(parameter.path.parts) { options in
                let options = options ?? .empty
                var map = options
                if case .scalar = options.content {
                    map = options.isNull ? .empty : WrittenValue.empty.setting(parameter.short ?? "", to: options)
                }
                return map.setting(parameter.key, to: WrittenValue(mark: options.mark, content: .numbers(parameter.tensor)))
            }
        }
        var text = YAMLText(most: Limits.fileBytes)
        text.write(block: lesson, indentation: 0)
        return text.isFull ? nil : text.text
    }

    /// The lesson of recorded runs, with the lines of each in the place of its file, as YAML; nil where it would be larger than a lesson may be.
    func text(of runs: [RecordedLesson.Run]) -> String? {
        var text = YAMLText(most: Limits.fileBytes)
        text.write(block: root.without("recording"), indentation: 0)
        // A lesson of a recording alone has no other key.
        var written = root.without("recording").isEmptyMap ? "" : text.text
        written += "recording:\n"
        for run in runs {
            guard let lines = run.recording.lines(most: Limits.fileBytes) else { return nil }
            // Without a line feed at the end, so that a last line that was cut off still is.
            written += "  - name: \(run.name.exactlyQuotedForYAML)\n    lines: |-\n"
            for line in lines { written += "      \(line)\n" }
        }
        return written.utf8.count > Limits.fileBytes ? nil : written
    }
}

private enum PathPart {
    case key(String)
    case index(Int)
}

extension DocumentPath {
    fileprivate var parts: [PathPart] {
        switch self {
        case .root: []
        case .key(let parent, let key): parent.parts + [.key(key)]
        case .index(let parent, let index): parent.parts + [.index(index)]
        }
    }
}

extension WrittenValue {
    fileprivate static let empty = WrittenValue(mark: SourceMark(line: 1, column: 1), content: .map([]))

    /// With what stands at a path changed; a word alone becomes a map of it.
    fileprivate func changing(_ path: [PathPart], _ change: (WrittenValue?) -> WrittenValue) -> WrittenValue {
        guard let first = path.first else { return change(self) }
        let rest = Array(path.dropFirst())
        switch (first, content) {
        case (.key(let key), .map(let entries)):
            let old = entries.first { $0.key == key }?.value
            return setting(key, to: old?.changing(rest, change) ?? change(nil))
        case (.key(let key), .scalar): return Self.empty.setting(key, to: change(nil))
        case (.index(let index), .list(var values)) where values.indices.contains(index):
            values[index] = values[index].changing(rest, change)
            return WrittenValue(mark: mark, content: .list(values))
        case (.index, _), (.key, _): return self
        }
    }

    fileprivate func setting(_ key: String, to value: WrittenValue) -> WrittenValue {
        guard case .map(var entries) = content else { return self }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append(Entry(key: key, keyMark: mark, value: value))
        }
        return WrittenValue(mark: mark, content: .map(entries))
    }

    fileprivate var isEmptyMap: Bool { if case .map(let entries) = content { entries.isEmpty } else { false } }

    fileprivate func without(_ key: String) -> WrittenValue { removing([key]) }
}
