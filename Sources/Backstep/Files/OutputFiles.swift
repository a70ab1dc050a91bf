import CairoBackend
import Foundation

/// The files that a run is going to write, each with its source. Conflicts are found before anything is written: two sources for one file,
/// or an existing file that Backstep did not make.
package struct OutputFiles {
    /// By lower-case path, since some disks ignore case. Strings that are canonically equivalent in Unicode are equal as keys, too.
    private var sources: [String: (path: String, source: String)] = [:]

    package init() {}

    /// - Parameter source: the file's source, for messages.
    /// - Throws: `BackstepError.usage` if the file has another source already or is the source itself.
    package mutating func add(_ path: String, from source: String) throws(BackstepError) {
        let other = sources.updateValue((path, source), forKey: path.lowercased())
        // The same lesson twice is no conflict, since it gives the same bytes.
        if let other, other != (path, source), other.source == source || !FolderBounds.areSame(other.source, source) {
            let names = other.source == source ? "two figures of \(source)" : "\(other.source) and \(source)"
            let place = other.path == path ? path : "\(other.path) and \(path), which are the same file on some disks"
            throw BackstepError(.usage, "\(names) would both be drawn to \(place); expected different names, or a folder for each")
        }
        try Self.refuse(path, madeFrom: source)
    }

    /// - Throws: `BackstepError.usage` if the output file is its own source, perhaps by another name.
    package static func refuse(_ path: String, madeFrom source: String) throws(BackstepError) {
        guard path != "-", source != "-", FolderBounds.areSame(path, source) else { return }
        throw BackstepError(.usage, "\(path) would overwrite \(source), from which it is made; expected another file")
    }

    /// - Throws: `BackstepError.cannotWrite` if one of the figures exists and Backstep did not draw it.
    package func refuseOthersFigures() throws(BackstepError) {
        for path in sources.values.map(\.path).sorted() where CarriedFigure.isFigure(path) && Self.isAnothersFigure(path) {
            throw BackstepError(
                .cannotWrite,
                "\(path) exists and was not drawn by Backstep; it is left as it is; expected another folder, or its name after -o")
        }
    }

    /// Whether an existing figure was not drawn by Backstep. Its own figures that were damaged or edited don't count, nor do empty files.
    package static func isAnothersFigure(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return false }
        guard let bytes = try? CarriedFigure.bytes(path) else { return true }
        return !EmbeddedLesson.isMarked(bytes)
    }
}

extension OutputFiles {
    /// Checks the files of one run of `render` for several lessons.
    package static func check(_ jobs: [(source: String, job: Press.Job)], to target: OutputTarget) throws(BackstepError) {
        var files = OutputFiles()
        for (source, job) in jobs { for file in job.files { try files.add(file.path, from: source) } }
        // A file that the user named may be replaced, but not one whose name comes from a lesson.
        if case .folder = target { try files.refuseOthersFigures() }
    }
}
