/// The lessons that come with the program, inside it, so that an installed `backstep` needs no checkout.
package enum BundledLessons {
    package struct Entry: Sendable {
        /// The file's name without its ending: `04-two-by-two`.
        package let name: String
        package let bytes: [UInt8]
    }

    /// In the order of the course. A test holds this list against the folder `examples`.
    package static let all = [
        Entry(name: "01-chain-rule", bytes: PackageResources._1_chain_rule_yaml),
        Entry(name: "02-fork", bytes: PackageResources._2_fork_yaml),
        Entry(name: "03-sigmoid-neuron", bytes: PackageResources._3_sigmoid_neuron_yaml),
        Entry(name: "04-two-by-two", bytes: PackageResources._4_two_by_two_yaml),
        Entry(name: "05-two-by-two-relu", bytes: PackageResources._5_two_by_two_relu_yaml),
        Entry(name: "06-residual-block", bytes: PackageResources._6_residual_block_yaml),
        Entry(name: "07-batch-normalization", bytes: PackageResources._7_batch_normalization_yaml),
        Entry(name: "08-lstm-cell", bytes: PackageResources._8_lstm_cell_yaml),
        Entry(name: "09-gradient-decay", bytes: PackageResources._9_gradient_decay_yaml),
        Entry(name: "10-chain-of-units", bytes: PackageResources._0_chain_of_units_yaml),
        Entry(name: "11-early-layers", bytes: PackageResources._1_early_layers_yaml),
        Entry(name: "12-activations", bytes: PackageResources._2_activations_yaml),
        Entry(name: "13-swish-gate", bytes: PackageResources._3_swish_gate_yaml),
        Entry(name: "14-initialization", bytes: PackageResources._4_initialization_yaml),
        Entry(name: "15-signal-spread", bytes: PackageResources._5_signal_spread_yaml),
        Entry(name: "16-signal-spread-tanh", bytes: PackageResources._6_signal_spread_tanh_yaml),
        Entry(name: "17-through-time", bytes: PackageResources._7_through_time_yaml),
        Entry(name: "18-lstm-and-gru", bytes: PackageResources._8_lstm_and_gru_yaml),
        Entry(name: "19-gru-cell", bytes: PackageResources._9_gru_cell_yaml),
        Entry(name: "20-clipping", bytes: PackageResources._0_clipping_yaml),
        Entry(name: "21-clipping-in-training", bytes: PackageResources._1_clipping_in_training_yaml),
        Entry(name: "22-skip-connections", bytes: PackageResources._2_skip_connections_yaml),
        Entry(name: "23-path-lengths", bytes: PackageResources._3_path_lengths_yaml),
        Entry(name: "24-normalization", bytes: PackageResources._4_normalization_yaml),
        Entry(name: "25-batch-norm-initialization", bytes: PackageResources._5_batch_norm_initialization_yaml),
        Entry(name: "26-batch-norm-tolerance", bytes: PackageResources._6_batch_norm_tolerance_yaml),
        Entry(name: "27-small-batches", bytes: PackageResources._7_small_batches_yaml),
        Entry(name: "28-normalization-axes", bytes: PackageResources._8_normalization_axes_yaml),
        Entry(name: "29-covariate-shift", bytes: PackageResources._9_covariate_shift_yaml),
        Entry(name: "30-spectral-normalization", bytes: PackageResources._0_spectral_normalization_yaml),
        Entry(name: "31-overfitting", bytes: PackageResources._1_overfitting_yaml),
        Entry(name: "32-penalty-surface", bytes: PackageResources._2_penalty_surface_yaml),
        Entry(name: "33-optimizers", bytes: PackageResources._3_optimizers_yaml),
        Entry(name: "34-saddle-points", bytes: PackageResources._4_saddle_points_yaml),
        Entry(name: "35-training", bytes: PackageResources._5_training_yaml),
    ]

    /// The lesson of this name, with or without its number and its ending.
    package static func entry(named name: String) -> Entry? {
        let stem = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
        return all.first { $0.name == stem || $0.name.drop { $0.isNumber || $0 == "-" } == stem }
    }
}
