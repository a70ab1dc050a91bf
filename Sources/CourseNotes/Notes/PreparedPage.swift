import Backstep
import Foundation

extension NotesBuilder {
    /// A page and its pictures in memory, of which nothing is written yet.
    struct Prepared: Sendable {
        let outcome: NotesOutcome
        /// The name of the page, and the file for the new one.
        let page: String
        let output: String
        /// Whether the page itself says that a problem means that nothing is written.
        let isStrict: Bool
        let shelf: Shelf
        /// Where the page shows each picture: the name of the page, or of a notebook's cell, and the line.
        let places: [String: (page: String, line: Int)]

        func write() throws(BackstepError) {
            try shelf.writePictures()
            let bytes = Array(outcome.text.utf8)
            if output != "-", !WholeFile.isAlready(bytes, at: output) { try WholeFile.write(bytes, to: output) }
            try shelf.finish()
        }

        /// What `write` would change. Lists of pictures don't count, since nobody sees them.
        var changes: [String] {
            var found = outcome.problems.map(\.description)
            let changed = shelf.changes.map { (place: places[$0.file] ?? (page, 1), said: "\(shelf.folder)/\($0.file) \($0.reason)") }
            for (place, said) in changed.sorted(by: { $0.place.line < $1.place.line }) {
                found.append(LessonUse.fault(place.page, place.line, said).description)
            }
            for picture in shelf.gone { found.append("\(shelf.folder)/\(picture.file): error: no block of \(page) shows it") }
            guard let bytes = try? InputFile.regularBytes(output, most: NotesBuilder.mostBytes) else {
                return found + ["\(output): error: the page that is made of \(page) does not exist"]
            }
            let (new, old) = (Array(outcome.text.utf8), bytes)
            if new != old {
                let line = zip(new, old).prefix { $0 == $1 }.count { $0.0 == UInt8(ascii: "\n") } + 1
                found.append("\(output):\(line):1: error: this is not what \(page) says today")
            }
            return found
        }
    }
}

extension NotesBuilder: NotesMaker {
    package func build(isStrict: Bool) async throws -> NotesOutcome {
        let prepared = try prepared()
        if isStrict || prepared.isStrict, let error = BackstepError.all(of: prepared.outcome.problems) { throw error }
        try prepared.write()
        return prepared.outcome
    }

    package func changes() async throws -> [String] { try prepared().changes }

    package func inputs(of outcome: NotesOutcome) -> [String] { [page] + outcome.lessons }
}
