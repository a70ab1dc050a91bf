import Autodiff
package import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
package import Traces
import Typesetting

/// A lesson's backward pass twice, right and with one of the classic mistakes: side by side, or one above the other where that is too wide.
/// Where that is higher than a page of notes, the networks are laid out anew, side by side.
/// The numbers that differ are outlined in the wrong one, the first of them on the way back doubly. Below each is how it calculates that
/// number.
///
/// - Parameter asNetwork: whether units and weights are drawn, rather than the graph of operations.
/// - Returns: nil where units and weights are asked for and the trace is no network's.
package func mistakeFigure(
    _ trace: MistakenTrace, asNetwork: Bool, options: NetworkDiagramOptions = NetworkDiagramOptions(), measurer: any TextMeasuring,
    pageWidth: Double? = nil
) -> Picture? {
    let margin = pageWidth == nil ? PlotPage.margin : 4.5
    let room = (pageWidth ?? MistakePage.usualWidth) - 2 * margin
    func sides(_ width: Double?) -> [MistakeSide]? {
        let sides = [false, true].compactMap { isWrong -> MistakeSide? in
            let (own, other) = isWrong ? (trace.wrong, trace.right) : (trace.right, trace.wrong)
            guard asNetwork else {
                let graph = GraphScene(own, measurer: measurer, pageWidth: width, width: width ?? 440, notation: options.notation)
                return MistakeSide(graph: graph, trace, isWrong: isWrong)
            }
            return NetworkScene(own, options: options, measurer: measurer, pageWidth: width, isTight: true, beside: other)
                .map { MistakeSide(network: $0, trace, isWrong: isWrong) }
        }
        return sides.count == 2 ? sides : nil
    }
    // As they are, beside each other or below; only what is wider than the page is laid out anew for it.
    guard var drawn = sides(nil) else { return nil }
    let gap = MistakePage.gap(room: room)
    let total = drawn.reduce(gap) { $0 + $1.size.width }
    if total > room, pageWidth != nil, drawn.contains(where: { $0.size.width > room }) { drawn = sides(room) ?? drawn }
    let told = ToldMistake(trace, notation: options.notation)
    func picture(_ sides: [MistakeSide], isBeside: Bool) -> Picture {
        MistakePage(
            told, right: sides[0], wrong: sides[1], isBeside: isBeside, room: room, margin: margin, pageWidth: pageWidth,
            typesetter: Typesetter(measurer: measurer)
        ).picture()
    }
    let usual = picture(drawn, isBeside: total <= room)
    let half = (room - gap) / 2
    guard asNetwork, total > room, pageWidth != nil, usual.size.height > Paper.notesHeight,
        let narrow = sides(half + 2 * NetworkScene.narrowMargin),
        narrow.allSatisfy({ $0.size.width <= half }), narrow.map(\.labelledWeights) == drawn.map(\.labelledWeights)
    else { return usual }
    let beside = picture(narrow, isBeside: true)
    return beside.size.height < usual.size.height ? beside : usual
}
