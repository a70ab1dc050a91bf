package import Drawing
package import NeuralNetworks
package import Traces
import Typesetting

/// One layer there and back: its tensors as grids with values and gradients, and the arithmetic by which its gradients come about.
/// - Parameters:
///   - place: the layer; its sample, if it has one, before `sample`.
///   - sample: of the batch, from 0.
///   - pageHeight: in points: on a lower page the last parts are left out.
/// - Returns: nil where the trace has no such layer or sample.
package func layerFigure(
    _ trace: Trace, at place: LayerPlace, sample: Int = 0, notation: NotationStyle = .automatic, measurer: any TextMeasuring,
    pageWidth: Double? = nil, pageHeight: Double? = nil
) -> Picture? {
    LayerSubject(trace, layer: place.name, sample: place.sample ?? sample, notation: notation).flatMap { subject in
        story(of: subject, room: pageWidth ?? LayerPage.usualWidth).map { story in
            func page(isCompact: Bool) -> LayerPage {
                LayerPage(story, typesetter: Typesetter(measurer: measurer), pageWidth: pageWidth, isCompact: isCompact)
            }
            let whole = page(isCompact: false).picture(story, height: nil)
            guard whole.size.height > pageHeight ?? Paper.notesHeight else { return whole }
            return page(isCompact: pageWidth.map { $0 < LayerPage.usualWidth } ?? false).picture(story, height: pageHeight)
        }
    }
}

private func story(of subject: LayerSubject, room: Double) -> (any LayerStory)? {
    guard let layer = subject.layer else { return LossStory(subject) }
    switch layer.layer.kind {
    case .dense: return DenseStory(subject, room: room) ?? PairStory(subject)
    case .convolution, .pooling: return WindowStory(subject)
    case .globalPooling, .dropout, .embedding, .positionEmbedding, .flatten, .activation, .softmax, .normalization,
        .attention, .residual, .recurrent:
        return PairStory(subject)
    }
}
