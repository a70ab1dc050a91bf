import Autodiff
package import CairoBackend
package import Drawing
package import Figures
import Lessons
import NeuralNetworks
package import Traces

extension LessonFile {
    /// The lesson's figures. One that a lesson has alone has no name.
    package func pictures(_ press: Press, _ options: PictureOptions = PictureOptions()) throws(BackstepError) -> [NamedPicture] {
        if let figures = try lesson.experimentFigures(measurer: press.measurer) {
            return figures.map { named($0.picture, $0.name) }
        }
        let trace = try lesson.requiredTrace(for: "render")
        if let batch = trace.lowered?.problem.inputs.shape[0], case .number(let sample) = options.sample, sample >= batch {
            throw BackstepError(.usage, "--sample \(sample) is outside the batch; expected 0 to \(batch - 1), or mean")
        }
        if options.figure == .network, trace.lowered == nil {
            throw BackstepError(.usage, "\(name) is an expression; it has a graph of operations but no network")
        }
        let showsNetwork = options.figure.map { $0 == .network } ?? NetworkScene.suits(trace)
        let diagram =
            showsNetwork
            ? networkDiagram(
                trace, options: NetworkDiagramOptions(sample: options.sample, showsProducts: options.showsProducts),
                measurer: press.measurer) : nil
        return [named(diagram ?? computationGraph(trace, measurer: press.measurer))]
    }

    private func named(_ picture: Picture, _ name: String? = nil) -> NamedPicture {
        var picture = picture
        picture.source = lesson.source.text
        return NamedPicture(name: name, picture: picture)
    }

    /// The files of a rendering.
    package func jobs(_ press: Press, _ options: PictureOptions, to target: OutputTarget) throws(BackstepError) -> [Press.Job] {
        let pictures = try pictures(press, options)
        switch target {
        case .standardOutput: return []
        case .file(let path, let format):
            guard pictures.count == 1 else {
                throw BackstepError(.usage, "\(name) has \(pictures.count) figures; expected a folder for them")
            }
            return [Press.Job(picture: pictures[0].picture, path: path, format: format)]
        case .folder(let folder, let formats):
            return pictures.map { named in
                let stem = named.name.map { "\(name)-\($0)" } ?? name
                return Press.Job(
                    content: .picture { named.picture },
                    files: formats.map { Press.File(path: "\(folder)/\(stem).\($0.rawValue)", format: $0) })
            }
        }
    }

    /// The figure of a lesson that has one.
    package func onlyPicture(_ press: Press, _ options: PictureOptions) throws(BackstepError) -> Picture {
        let pictures = try pictures(press, options)
        guard pictures.count == 1 else {
            throw BackstepError(.usage, "\(name) has \(pictures.count) figures; expected a folder for them")
        }
        return pictures[0].picture
    }
}

/// A figure, with the name that tells it from a lesson's others.
package struct NamedPicture: Sendable {
    package let name: String?
    package let picture: Picture
}

extension Press.Job {
    init(picture: Picture, path: String, format: PictureFormat) {
        self.init(content: .picture { picture }, files: [Press.File(path: path, format: format)])
    }
}
