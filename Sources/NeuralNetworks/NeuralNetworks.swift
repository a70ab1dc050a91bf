// The module NeuralNetworks.
