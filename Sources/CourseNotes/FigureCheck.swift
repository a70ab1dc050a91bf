package import Backstep
import CairoBackend
import Drawing
import Escaping
import Foundation
import Lessons

/// Compares the figures in a folder with what their lessons draw now. It compares digests of the drawings instead of bytes, so that another
/// release of Cairo does not make figures stale.
package struct FigureCheck: Sendable {
    package enum State: String, Hashable, Sendable {
        case fresh
        /// The lesson draws something else, or has errors.
        case stale
        /// The embedded data or the drawing were changed.
        case damaged
        /// It can't be read or is not a regular file. Since it could not be checked, the check fails.
        case unread
        /// It was not drawn by Backstep, or has no lesson.
        case foreign
    }

    package struct Verdict: Hashable, Sendable {
        package let path: String
        package let state: State
        /// The reason; for a fresh figure what it lacks, or nil.
        package let reason: String?

        /// The verdict in one line.
        package var text: String {
            "\(state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))\(Printable.text(path))\(reason.map { ": \(Printable.text($0))" } ?? "")"
        }
    }

    private let press: Press
    /// The paths of lessons by file name: those that were given, and those in the folder of the figures.
    private var given: [String: String] = [:]
    private var lying: [String: String] = [:]
    private let figures: [String]
    /// Folders that can't be read, and files with names of figures that can't, each with the reason.
    private let closed: [(path: String, reason: String)]
    /// Restricts lessons to the folder of the figures, even if it contains links to other folders.
    private let bounds: FolderBounds
    /// The digests of a lesson's figures by name, so that an experiment with several figures is run only once.
    private var drawn: [Key: Result<[String?: String], BackstepError>] = [:]

    private struct Key: Hashable {
        let source: [String]
        let settings: String
    }

    /// - Parameters:
    ///   - folder: the folder with the figures, at any depth.
    ///   - lessons: lessons, or folders with lessons. The lesson of a figure is the file with the name in its settings among these, beside
    ///     the figure, or elsewhere in the folder, otherwise the lesson embedded in the figure.
    package init(_ press: Press, folder: String, lessons: [String]) throws(BackstepError) {
        self.press = press
        guard folder.isFolderPath else { throw BackstepError(.noInput, "there is no folder \(folder)") }
        let walk = FolderWalk(folder.withoutLastSlash, isWanted: CarriedFigure.isFigure)
        closed = walk.closed
        bounds = FolderBounds(folder)
        figures = walk.paths.filter(CarriedFigure.isFigure)
        for path in walk.paths.reversed() where LessonFile.isLesson(path) && InputFile.isRegular(path) { lying[Self.name(path)] = path }
        for lesson in lessons {
            if lesson.isFolderPath {
                for path in try LessonFile.paths(inFolder: lesson) where InputFile.isRegular(path) { given[Self.name(path)] = path }
            } else {
                given[Self.name(lesson)] = lesson
            }
        }
    }

    private static func name(_ path: String) -> String { (path as NSString).lastPathComponent }

    /// Why the check of a folder fails: "2 figures are stale, 1 is damaged"; nil if it passes.
    package static func complaint(_ verdicts: [Verdict]) -> String? {
        var parts: [String] = []
        for (state, told) in [(State.stale, "stale"), (.damaged, "damaged"), (.unread, "could not be read")] {
            let count = verdicts.count { $0.state == state }
            guard count > 0 else { continue }
            let noun = parts.isEmpty ? count == 1 ? " figure" : " figures" : ""
            let verb = state == .unread ? "" : count == 1 ? " is" : " are"
            parts.append("\(count)\(noun)\(verb) \(told)")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The verdicts on all figures, sorted by path.
    package mutating func verdicts() throws(BackstepError) -> [Verdict] {
        var verdicts: [Verdict] = []
        for path in figures { verdicts.append(try verdict(path)) }
        verdicts += closed.map { Verdict(path: $0.path, state: .unread, reason: $0.reason) }
        return verdicts.sorted { $0.path < $1.path }
    }

    private mutating func verdict(_ path: String) throws(BackstepError) -> Verdict {
        let bytes: [UInt8]
        do {
            bytes = try CarriedFigure.bytes(path, isRegular: true)
        } catch {
            if path.isFolderPath { return Verdict(path: path, state: .foreign, reason: "it is a folder") }
            return Verdict(path: path, state: .unread, reason: error.description)
        }
        let figure: CarriedFigure
        do throws(DamagedFigure) {
            guard let found = try CarriedFigure(path, bytes) else {
                return Verdict(path: path, state: .foreign, reason: "Backstep did not draw it")
            }
            if let damage = CarriedFigure.damage(of: bytes) { throw damage }
            figure = found
        } catch {
            return Verdict(path: path, state: .damaged, reason: error.description)
        }
        let lesson: LessonFile
        do throws(BackstepError) {
            var found = try lyingLesson(of: figure)
            if found == nil, let files = figure.origin.numberFiles {
                return Verdict(path: path, state: .unread, reason: "no lesson of its name was found, and \(Self.leftOut(files))")
            }
            if found == nil, figure.carried.source != nil { found = try figure.lesson() }
            guard let found else {
                return Verdict(path: path, state: .foreign, reason: "it contains no lesson, and none of that name was found")
            }
            lesson = found
        } catch {
            return Verdict(path: path, state: .stale, reason: "its lesson is refused: \(Self.reason(error))")
        }
        var origin = figure.origin
        (origin.title, origin.alternative, origin.figure, origin.numberFiles) = (nil, nil, nil, nil)
        let key = Key(source: lesson.lesson.source.dependencies, settings: origin.text)
        let digests = drawn[key] ?? digests(figure, lesson)
        drawn[key] = digests
        switch digests.map({ $0[figure.origin.figure] }) {
        case .success(figure.carried.digest): return Verdict(path: path, state: .fresh, reason: figure.origin.numberFiles.map(Self.leftOut))
        case .success(nil): return Verdict(path: path, state: .stale, reason: "\(lesson.name) no longer has such a figure")
        case .success: return Verdict(path: path, state: .stale, reason: "\(lesson.name) draws another picture today")
        case .failure(let error): return Verdict(path: path, state: .stale, reason: Self.reason(error))
        }
    }

    /// The first line of an error.
    private static func reason(_ error: BackstepError) -> String { error.description.split(separator: "\n").first.map(String.init) ?? "" }

    private func digests(_ figure: CarriedFigure, _ lesson: LessonFile) -> Result<[String?: String], BackstepError> {
        do {
            guard figure.origin.step == nil else { return .success([nil: try figure.redrawn(press, from: lesson)?.digest ?? ""]) }
            let pictures = try lesson.pictures(press, figure.origin.options, orWider: true)
            return .success(Dictionary(pictures.map { ($0.name, $0.picture.digest) }) { first, _ in first })
        } catch {
            return .failure(error)
        }
    }

    private static func leftOut(_ files: String) -> String { "it carries only the digest of its numbers: \(files)" }

    /// The lesson of a figure's name among the files.
    private func lyingLesson(of figure: CarriedFigure) throws(BackstepError) -> LessonFile? {
        if let name = figure.origin.lesson {
            let beside = (figure.path.folderOfPath as NSString).appendingPathComponent(name)
            if let path = given[name] { return try LessonFile(path) }
            let isBeside = InputFile.isRegular(beside) && bounds.contain(beside)
            if let path = isBeside ? beside : lying[name], bounds.contain(path) { return try LessonFile(path, within: bounds) }
        }
        return nil
    }
}
