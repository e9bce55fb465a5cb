/** What the words are given by whoever runs them. */
export {};
