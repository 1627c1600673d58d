/** Characters of who says that texts may be used, and of the ground: less says nothing. */
export const SHORTEST_RIGHT = { by: 2, ground: 10 };
