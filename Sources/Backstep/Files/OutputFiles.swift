import CairoBackend
import Foundation

/// The files that a run is about to write, each with what it is made from, so that a file with two sources, or one that Backstep did not make, is told
/// before anything is written.
package struct OutputFiles {
    /// By their paths in small letters, since some disks tell no other; strings that Unicode has for the same are the same here too.
    private var sources: [String: (path: String, source: String)] = [:]

    package init() {}

    /// - Parameter source: of the file, as messages call it.
    /// - Throws: `BackstepError.usage` where the file has another source already, or is itself the source.
    package mutating func add(_ path: String, from source: String) throws(BackstepError) {
        let other = sources.updateValue((path, source), forKey: path.lowercased())
        // A lesson that is given twice is drawn to the same bytes.
        if let other, other != (path, source), other.source == source || !FolderBounds.areSame(other.source, source) {
            let names = other.source == source ? "two figures of \(source)" : "\(other.source) and \(source)"
            let place = other.path == path ? path : "\(other.path) and \(path), which are one file on some disks"
            throw BackstepError(.usage, "\(names) would both be drawn to \(place); expected names that differ, or a folder for each")
        }
        try Self.refuse(path, madeFrom: source)
    }

    /// - Throws: `BackstepError.usage` where a file is, by whatever name, the one that it is made from.
    package static func refuse(_ path: String, madeFrom source: String) throws(BackstepError) {
        guard path != "-", source != "-", FolderBounds.areSame(path, source) else { return }
        throw BackstepError(.usage, "\(path) would overwrite \(source), from which it is made; expected another file")
    }

    /// - Throws: `BackstepError.cannotWrite` where one of the figures is there and Backstep did not draw it.
    package func refuseOthersFigures() throws(BackstepError) {
        for path in sources.values.map(\.path).sorted() where CarriedFigure.isFigure(path) && Self.isAnothersFigure(path) {
            throw BackstepError(
                .cannotWrite,
                "\(path) is there and Backstep did not draw it; it is left as it is; expected a folder without it, or its name after -o")
        }
    }

    /// A figure that somebody damaged or edited still bears a mark of ours, and an empty file is nobody's work.
    package static func isAnothersFigure(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return false }
        guard let bytes = try? CarriedFigure.bytes(path) else { return true }
        return !EmbeddedLesson.isMarked(bytes)
    }
}

extension OutputFiles {
    /// The files of one run of `render`, of several lessons.
    package static func check(_ jobs: [(source: String, job: Press.Job)], to target: OutputTarget) throws(BackstepError) {
        var files = OutputFiles()
        for (source, job) in jobs { for file in job.files { try files.add(file.path, from: source) } }
        // A file that was named may be replaced; names that come from lessons are nobody's wish.
        if case .folder = target { try files.refuseOthersFigures() }
    }
}
