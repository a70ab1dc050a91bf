/// Where a run's numbers begin to be trouble.
///
/// They come from the field's rules of thumb, and leave room for runs that learn although a number is unusual.
package enum RunThresholds {
    /// Decades between the gradients of the first and the last hidden layer. The weights of Glorot & Bengio (2010) and He et al. (2015) keep them within one;
    /// six hidden layers of PyTorch's default weights under ReLU, each of which passes back √(1/6) of its gradient, lose less than two.
    package static let decades = 2.0
    /// Of a rectifier's outputs half are 0 at first. Where those of the living units still are, this share means that seven tenths of the units are dead;
    /// a network of such layers hardly learns (Lu et al. 2019, Dying ReLU and initialization).
    package static let deadShare = 0.85
    /// Layers also become sparse little by little, as the loss falls, which is no trouble (Li et al. 2023, The lazy neuron phenomenon). Units die in one step
    /// that was too large, or are dead from the start: from one recorded step to the next the share grows by this much.
    package static let deadJump = 0.15
    /// The root mean square of a squashing function's slope, over its steepest: where nine tenths of the units are flat it is √0.1.
    package static let slope = 0.3
    /// ‖Δw‖/‖w‖ should be about 10⁻³ (Karpathy, CS231n, “Babysitting the learning process”); trouble is a hundredth of that, or fifty times: weights of
    /// which each step changes a twentieth are others after twenty steps. Networks that learn well have medians of up to half of this.
    package static let usualRatio = 1e-3
    package static let largeRatio = 5e-2
    package static let smallRatio = 1e-5
    /// Where the loss doesn't fall either, ten times that, or a tenth, is enough.
    package static let largeRatioWithoutProgress = 1e-2
    package static let smallRatioWithoutProgress = 1e-4
    /// A loss that ends above this many times its beginning has diverged.
    package static let divergedLoss = 10.0
    /// A loss that has lost less than this part of itself makes no progress.
    package static let progress = 0.05
    /// A rule of thumb of ours: a loss jumps where it is more than this many times that of the recorded step before, and at least the second number
    /// times its beginning, below which small losses of single batches differ by as much.
    package static let lossJump = 3.0
    package static let lossJumpHeight = 0.1

    // MARK: Parts of the steps: one of so many

    /// A gradient's way counts where it is bad in the first tenth of the steps, even if training mends it.
    package static let early = 10
    /// A state that lasts is looked for in the last quarter.
    package static let late = 4
    /// A frozen layer stays for half of the steps or more.
    package static let still = 2
    /// The loss at the beginning and at the end is a median of a twentieth of the steps, but of no more than `mostLosses`.
    package static let lossEnds = 20
    package static let mostLosses = 50
}
