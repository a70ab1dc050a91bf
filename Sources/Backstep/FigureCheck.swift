import CairoBackend
import Drawing
import Foundation
import Lessons

/// Holds the figures of a folder against what their lessons draw today, by the digest of what is drawn and not by bytes, so that another release of
/// Cairo makes no figure stale.
package struct FigureCheck: Sendable {
    package enum State: String, Hashable, Sendable {
        case fresh
        /// The lesson draws something else, or is refused.
        case stale
        /// Not Backstep's, or without a lesson.
        case foreign
    }

    package struct Verdict: Hashable, Sendable {
        package let path: String
        package let state: State
        /// Why, where it is not fresh.
        package let reason: String?

        /// A line for people.
        package var text: String {
            "\(state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))\(path)\(reason.map { ": \($0)" } ?? "")"
        }
    }

    private let press: Press
    /// By the name of their file: those that were given, and those of the folder.
    private var given: [String: String] = [:]
    private var lying: [String: String] = [:]
    private let figures: [String]
    /// The folder of the figures: a link in it that leads elsewhere gives no lesson.
    private let bounds: FolderBounds
    /// The digests of a lesson's figures by their names, so that an experiment with several is run once.
    private var drawn: [Key: Result<[String?: String], BackstepError>] = [:]

    private struct Key: Hashable {
        let source: String
        let settings: String
    }

    /// - Parameters:
    ///   - folder: where the figures are, at any depth.
    ///   - lessons: the files that the figures were drawn from, or folders of such. A figure's lesson is the file of its name among these, or
    ///     beside the figure, or elsewhere in the folder; where there is none, the lesson that the figure carries.
    package init(_ press: Press, folder: String, lessons: [String]) throws(BackstepError) {
        self.press = press
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw BackstepError(.noInput, "there is no folder \(folder)")
        }
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder).sorted()) ?? []
        let root = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        figures = paths.filter(CarriedFigure.isFigure).map { "\(root)/\($0)" }
        bounds = FolderBounds(folder)
        for path in paths.reversed() where Self.isLesson(path) { lying[Self.name(path)] = "\(root)/\(path)" }
        for lesson in lessons {
            if FileManager.default.fileExists(atPath: lesson, isDirectory: &isFolder), isFolder.boolValue {
                for path in try LessonFile.paths(inFolder: lesson) { given[Self.name(path)] = path }
            } else {
                given[Self.name(lesson)] = lesson
            }
        }
    }

    private static func isLesson(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }

    private static func name(_ path: String) -> String { (path as NSString).lastPathComponent }

    /// Every figure, in the order of the paths.
    package mutating func verdicts() throws(BackstepError) -> [Verdict] {
        var verdicts: [Verdict] = []
        for path in figures { verdicts.append(try verdict(path)) }
        return verdicts
    }

    private mutating func verdict(_ path: String) throws(BackstepError) -> Verdict {
        guard let figure = try CarriedFigure(path) else {
            return Verdict(path: path, state: .foreign, reason: "Backstep did not draw it")
        }
        let lesson: LessonFile
        do {
            guard let found = try self.lesson(of: figure) else {
                return Verdict(path: path, state: .foreign, reason: "it carries no lesson, and none of its name was found")
            }
            lesson = found
        } catch {
            return Verdict(path: path, state: .stale, reason: "its lesson is refused: \(Press.reason(error))")
        }
        var origin = figure.origin
        (origin.title, origin.alternative, origin.figure) = (nil, nil, nil)
        let key = Key(source: lesson.lesson.source.text, settings: origin.text)
        let digests = drawn[key] ?? digests(figure, lesson)
        drawn[key] = digests
        switch digests.map({ $0[figure.origin.figure] }) {
        case .success(figure.carried.digest): return Verdict(path: path, state: .fresh, reason: nil)
        case .success(nil): return Verdict(path: path, state: .stale, reason: "\(lesson.name) has no such figure any more")
        case .success: return Verdict(path: path, state: .stale, reason: "\(lesson.name) draws another picture today")
        case .failure(let error): return Verdict(path: path, state: .stale, reason: Press.reason(error))
        }
    }

    private func digests(_ figure: CarriedFigure, _ lesson: LessonFile) -> Result<[String?: String], BackstepError> {
        do {
            guard figure.origin.step == nil else { return .success([nil: try figure.redrawn(press, from: lesson)?.digest ?? ""]) }
            let pictures = try lesson.pictures(press, figure.origin.options)
            return .success(Dictionary(pictures.map { ($0.name, $0.picture.digest) }) { first, _ in first })
        } catch {
            return .failure(error)
        }
    }

    private func lesson(of figure: CarriedFigure) throws(BackstepError) -> LessonFile? {
        if let name = figure.origin.lesson {
            let beside = ((figure.path as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
            if let path = given[name] { return try LessonFile(path) }
            let isBeside = FileManager.default.fileExists(atPath: beside) && bounds.contain(beside)
            if let path = isBeside ? beside : lying[name], bounds.contain(path) { return try LessonFile(path, within: bounds) }
        }
        guard figure.carried.source != nil else { return nil }
        return try figure.lesson()
    }
}
